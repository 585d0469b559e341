import { Readable } from 'node:stream';
import type { FastifyRequest, RequestPayload } from 'fastify';
import type { Clock } from '../clock.ts';
import type { Actor } from '../context.ts';
import { DomainError, type ProblemCode } from '../errors.ts';
import { isSignedWith, type ReplayGuard, signatureWindowMs } from '../signatures/index.ts';
import { maxJsonBytes, maxSignedFormBytes } from './limits.ts';

const signatureHeader = 'x-voiceflow-signature';
const timestampHeader = 'x-voiceflow-timestamp';
const signaturePattern = /^v1=[0-9a-f]{64}$/;
const timestampPattern = /^\d{1,12}$/;

/** What a team asks of requests in its name. */
export interface SigningPolicy {
  /** Whether a key's requests must be signed. */
  readonly required: boolean;
  /** The secrets of which one must have signed. */
  openSecrets(): Promise<readonly string[]>;
}

/** How this process checks signed requests. */
export interface SignedRequests {
  readonly policyOf: (teamId: string) => Promise<SigningPolicy>;
  readonly replays: ReplayGuard;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The body whose signature was checked, where there is one; its stream is used up. */
    signedBody: Buffer | null;
  }
}

/**
 * Lets a request pass whose signature is right, or that has none and needs none. A signed body is held
 * in memory until it is checked, so that nothing of it is acted upon before; others are not touched.
 */
export async function checkSignature(
  request: FastifyRequest,
  payload: RequestPayload,
  { policyOf, replays, clock }: SignedRequests & { readonly clock: Clock },
): Promise<RequestPayload> {
  const { actor, headers } = request;
  // Secrets belong to teams: who acts in none has nothing to sign with.
  if (!actor || !('teamId' in actor)) return payload;
  const isSigned = headers[signatureHeader] !== undefined || headers[timestampHeader] !== undefined;
  if (!isSigned) {
    // Pages cannot sign: whoever made their token did.
    const mustSign = actor.kind === 'key' && !actor.client;
    if (mustSign && (await policyOf(actor.teamId)).required) throw signatureRequired();
    return payload;
  }
  const { signature, timestamp } = readHeaders(request, clock.now());
  const body = await readBody(request, payload);
  const secrets = await (await policyOf(actor.teamId)).openSecrets();
  if (!isSignedWith(secrets, { signature, timestamp, body })) throw wrongSignature(secrets.length);
  await claim(request, actor, signature, replays);
  request.signedBody = body;
  return Readable.from([body], { objectMode: false });
}

function readHeaders(
  { headers }: FastifyRequest,
  now: Date,
): { signature: string; timestamp: string } {
  const signature = headers[signatureHeader];
  const timestamp = headers[timestampHeader];
  if (typeof signature !== 'string' || !signaturePattern.test(signature)) {
    throw refused(
      'invalid_signature',
      'X-VoiceFlow-Signature',
      'must be "v1=" and 64 hexadecimal digits.',
    );
  }
  if (typeof timestamp !== 'string' || !timestampPattern.test(timestamp)) {
    throw refused(
      'invalid_signature',
      'X-VoiceFlow-Timestamp',
      'must be the time of the signature in whole seconds since 1970.',
    );
  }
  const offMs = Number(timestamp) * 1000 - now.getTime();
  if (Math.abs(offMs) > signatureWindowMs) {
    const seconds = Math.abs(Math.round(offMs / 1000));
    throw refused(
      'signature_expired',
      'X-VoiceFlow-Timestamp',
      `lies ${seconds} s in the ${offMs < 0 ? 'past' : 'future'} by this server's clock; at most ${signatureWindowMs / 1000} s are accepted.`,
    );
  }
  return { signature, timestamp };
}

async function readBody(request: FastifyRequest, payload: RequestPayload): Promise<Buffer> {
  const isForm = request.headers['content-type']?.startsWith('multipart/') ?? false;
  const limitBytes = isForm ? maxSignedFormBytes : maxJsonBytes;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of payload) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > limitBytes) {
      throw new DomainError({
        kind: 'too_large',
        code: 'body_too_large',
        detail: `A signed body of this type holds at most ${limitBytes} bytes.`,
      });
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

const safeMethods = new Set(['GET', 'HEAD']);

/**
 * A signature says nothing of method and path. So one that changes something must be new altogether,
 * while reading may share one among different addresses: requests without a body that are sent in the
 * same second all have the same.
 */
async function claim(
  request: FastifyRequest,
  actor: Extract<Actor, { teamId: string }>,
  signature: string,
  replays: ReplayGuard,
): Promise<void> {
  const { method, url } = request;
  const isFirst = await replays.claim(actor.teamId, signature);
  const isNew = safeMethods.has(method)
    ? await replays.claim(actor.teamId, `${signature}:${method}:${url}`)
    : isFirst;
  if (!isNew) {
    throw refused(
      'signature_replayed',
      'X-VoiceFlow-Signature',
      'was used before. Sign each request anew; where two with the same body fall into one second, sign one with the second after.',
    );
  }
}

function signatureRequired(): DomainError {
  return refused(
    'signature_required',
    'X-VoiceFlow-Signature',
    'this team takes only signed requests from its keys.',
  );
}

function wrongSignature(secretCount: number): DomainError {
  return refused(
    'invalid_signature',
    'X-VoiceFlow-Signature',
    secretCount === 0
      ? 'this team has no signing secret.'
      : 'is not that of this body and timestamp under any signing secret of this team.',
  );
}

function refused(code: ProblemCode<'unauthenticated'>, param: string, detail: string): DomainError {
  return new DomainError({ kind: 'unauthenticated', code, param, detail: `${param}: ${detail}` });
}
