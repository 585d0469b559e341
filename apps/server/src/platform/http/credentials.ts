import type { FastifyRequest } from 'fastify';
import type { Actor } from '../context.ts';
import { DomainError } from '../errors.ts';
import { isSameOrigin } from './same-origin.ts';

export const sessionCookie = 'voiceflow_session';

/** How this process recognises who calls. */
export interface Authenticators {
  /** The actor of an API key. Throws a DomainError when it is malformed, unknown or revoked. */
  key(token: string): Promise<Actor>;
  /** The actor of a session cookie, or undefined when it is not genuine or has run out. */
  session(token: string): Promise<Actor | undefined>;
}

/** Who sends this request. @throws DomainError `missing_credential`, `invalid_credential` */
export async function authenticate(
  request: FastifyRequest,
  authenticators: Authenticators,
): Promise<Actor> {
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    const [, token] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
    if (token === undefined) {
      throw unauthenticated('invalid_credential', 'Send the key as "Authorization: Bearer vf_…".');
    }
    return authenticators.key(token);
  }
  const session = readCookie(request.headers.cookie, sessionCookie);
  if (session !== undefined && isSameOrigin(request)) {
    const actor = await authenticators.session(session);
    if (actor) return actor;
  }
  throw unauthenticated(
    'missing_credential',
    'This needs an API key: send it as "Authorization: Bearer vf_live_…".',
  );
}

function unauthenticated(code: string, detail: string): DomainError {
  return new DomainError({ kind: 'unauthenticated', code, param: 'Authorization', detail });
}

export function readCookie(header: string | undefined, name: string): string | undefined {
  for (const pair of header?.split(';') ?? []) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return undefined;
}
