import type { Context } from '../../platform/context.ts';
import { recordAuditEvent } from '../audit/index.ts';
import { changeTeam, inTeam, requirePermission } from '../teams/index.ts';
import { createDomainToken, recordOf } from './domain-record.ts';
import {
  deleteDomain,
  findDomain,
  insertDomain,
  listDomains,
  lockDomain,
  markDomainVerified,
  type SsoDomain,
} from './domain-store.ts';
import {
  dnsUnavailable,
  domainNotFound,
  domainTaken,
  domainUnproven,
  tooManyDomains,
} from './errors.ts';
import { requireSsoPlan } from './plan.ts';
import type { SsoServices } from './services.ts';

const maxDomains = 50;
/** What c-ares says of a name that has no such record. */
const absentCodes = new Set(['ENODATA', 'ENOTFOUND']);

interface DomainCall {
  readonly ctx: Context;
  readonly input: { readonly id: string; readonly domain: string };
}

/** Names a domain of a team, whose people log in through its provider once it is proven. */
export async function addDomain({ ctx, input }: DomainCall): Promise<SsoDomain> {
  return changeTeam(ctx, input.id, 'sso.manage', async (ctx) => {
    const { teamId } = ctx.actor;
    const { domain } = input;
    await requireSsoPlan(ctx, teamId);
    const known = await listDomains(ctx.db, teamId);
    if (known.length >= maxDomains) throw tooManyDomains(maxDomains);
    const token = createDomainToken();
    const added = await insertDomain(ctx.db, {
      teamId,
      domain,
      token,
      createdAt: ctx.clock.now(),
    });
    if (added) await recordDomainEvent(ctx, teamId, 'sso.domain_added', domain);
    const stored = await findDomain(ctx.db, { teamId, domain });
    if (!stored) throw domainNotFound();
    return stored;
  });
}

/**
 * Looks for the record that shows that a domain is the team's.
 * @throws DomainError `domain_not_found`, `domain_unproven`, `domain_taken`, `dns_unavailable`
 */
export async function verifyDomain({
  ctx,
  input,
  services,
}: DomainCall & { readonly services: SsoServices }): Promise<SsoDomain> {
  const own = await inTeam(ctx, input.id);
  const { teamId } = requirePermission(own.actor, 'sso.manage');
  await requireSsoPlan(own, teamId);
  const claimed = await findDomain(own.db, { teamId, domain: input.domain });
  if (!claimed) throw domainNotFound();
  if (claimed.verifiedAt) return claimed;
  await requireRecord(claimed, services);
  return changeTeam(ctx, input.id, 'sso.manage', async (ctx) => {
    const { domain, token } = claimed;
    await lockDomain(ctx.db, domain);
    const verifiedAt = ctx.clock.now();
    if (!(await markDomainVerified(ctx.db, { teamId, domain, token, verifiedAt }))) {
      throw domainTaken();
    }
    await recordDomainEvent(ctx, teamId, 'sso.domain_verified', domain);
    return { ...claimed, verifiedAt };
  });
}

async function requireRecord(claimed: SsoDomain, { resolveTxt }: SsoServices): Promise<void> {
  const { domain } = claimed;
  const record = recordOf(claimed);
  const records = await resolveTxt(domain).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (absentCodes.has(code)) return [];
    throw dnsUnavailable(error);
  });
  if (!records.some((parts) => parts.join('') === record)) throw domainUnproven(domain, record);
}

/** Gives a domain up: its people log in as everybody does. @throws DomainError `domain_not_found` */
export async function removeDomain({ ctx, input }: DomainCall): Promise<void> {
  await changeTeam(ctx, input.id, 'sso.manage', async (ctx) => {
    const { teamId } = ctx.actor;
    const { domain } = input;
    if (!(await deleteDomain(ctx.db, { teamId, domain }))) throw domainNotFound();
    await recordDomainEvent(ctx, teamId, 'sso.domain_removed', domain);
  });
}

function recordDomainEvent(
  ctx: Context,
  teamId: string,
  eventType: string,
  domain: string,
): Promise<void> {
  return recordAuditEvent({
    ctx,
    input: { eventType, teamId, resource: { type: 'team', id: teamId }, details: { domain } },
  });
}
