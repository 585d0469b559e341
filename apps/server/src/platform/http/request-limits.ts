import { isIPv6 } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from '../context.ts';
import { DomainError } from '../errors.ts';
import type { Quota, RateLimiter, Verdict } from '../limits/index.ts';
import { addressOf } from './caller-address.ts';

/** What a request counts against. Without a quota nothing limits it. */
export interface Allowance {
  readonly group: string;
  readonly quotas: readonly Quota[];
}

/** How often this server may be asked. */
export interface RequestLimits {
  readonly limiter: RateLimiter;
  readonly allowanceOf: (actor: Actor) => Promise<Allowance>;
  /** For requests from one address whose credential is missing or wrong. */
  readonly failures: readonly Quota[];
}

/** Counts a request and says in its answer what is left. @throws DomainError `rate_limit_exceeded` */
export async function countRequest(
  limits: RequestLimits,
  actor: Actor,
  reply: FastifyReply,
): Promise<void> {
  const { group, quotas } = await limits.allowanceOf(actor);
  const verdict = await take(limits, group, quotas, reply);
  if (verdict?.allowed === false) throw limitExceeded(verdict, 'requests');
}

/**
 * Counts a request that was refused for its credential, or for what it brought in place of one. Only
 * such requests are limited by address: a good key works however many bad ones its neighbours behind
 * the same address try, and nobody guesses one.
 * @throws DomainError `rate_limit_exceeded`
 */
export async function countFailure(
  limits: RequestLimits,
  address: string,
  reply: FastifyReply,
): Promise<void> {
  const verdict = await take(limits, `address:${networkOf(address)}`, limits.failures, reply);
  if (verdict?.allowed === false) {
    throw limitExceeded(verdict, 'requests without a valid credential from this address');
  }
}

/** Counts a request to a route that takes no credential, where it has a limit. @throws `rate_limit_exceeded` */
export async function countAnonymous(
  request: FastifyRequest,
  reply: FastifyReply,
  limits: RequestLimits | undefined,
): Promise<void> {
  const { url, config } = request.routeOptions;
  if (!limits || config.requestsPerMinute === undefined) return;
  const quota = { name: `${url}`, limit: config.requestsPerMinute, windowMs: 60_000 };
  const verdict = await take(limits, `address:${networkOf(addressOf(request))}`, [quota], reply);
  if (verdict?.allowed === false) throw limitExceeded(verdict, 'requests from this address');
}

async function take(
  { limiter }: RequestLimits,
  group: string,
  quotas: readonly Quota[],
  reply: FastifyReply,
): Promise<Verdict | undefined> {
  if (quotas.length === 0) return undefined;
  const verdict = await limiter.take(group, quotas);
  reply.raw.setHeader('ratelimit-limit', verdict.limit);
  reply.raw.setHeader('ratelimit-remaining', verdict.remaining);
  reply.raw.setHeader('ratelimit-reset', toSeconds(verdict.resetMs));
  return verdict;
}

function limitExceeded({ limit, resetMs }: Verdict, what: string): DomainError {
  const retryAfterSeconds = toSeconds(resetMs);
  return new DomainError({
    kind: 'rate_limited',
    code: 'rate_limit_exceeded',
    detail: `More than ${limit} ${what} in a minute; try again in ${retryAfterSeconds} s.`,
    retryAfterSeconds,
  });
}

/** Whoever comes back after so many seconds is let in. */
function toSeconds(milliseconds: number): number {
  return Math.ceil(milliseconds / 1000);
}

/** Whoever has an IPv6 address has 2^64 of them: the network of the first four groups counts. */
export function networkOf(address: string): string {
  const [plain = ''] = address.split('%');
  const mapped = /^::ffff:([\d.]+)$/i.exec(plain)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(plain)) return plain;
  const [head = '', tail] = plain.split('::');
  const groups = head === '' ? [] : head.split(':');
  if (tail !== undefined) {
    const behind = tail === '' ? 0 : tail.split(':').length + (tail.includes('.') ? 1 : 0);
    while (groups.length + behind < 8) groups.push('0');
  }
  return `${groups.slice(0, 4).join(':')}::/64`;
}
