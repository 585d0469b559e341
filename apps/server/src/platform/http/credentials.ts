import type { FastifyRequest } from 'fastify';
import type { Actor } from '../context.ts';
import { DomainError, type ProblemCode } from '../errors.ts';
import { parseId } from '../ids.ts';
import { addressOf } from './caller-address.ts';
import { clientTokenPrefix } from './cross-origin.ts';
import { isSameOrigin } from './same-origin.ts';

export const sessionCookie = 'voiceflow_session';
/** The access token of a person who logged in, for the pages of this server. */
export const accessCookie = 'voiceflow_access';
/** Which of their teams a person acts in. */
const teamHeader = 'x-voiceflow-team';

/** How this process recognises who calls. */
export interface Authenticators {
  /**
   * The actor of an API key that comes from this address. Throws a DomainError when it is malformed,
   * unknown, revoked or past its end, and AddressRefusedError when it may not come from there.
   */
  key(token: string, ip: string): Promise<Actor>;
  /**
   * The actor of an access token, in the team of this UUID or else in their oldest. Throws a
   * DomainError when the token is not valid or the person does not belong to the team.
   */
  accessToken(token: string, teamId: string | undefined): Promise<Actor>;
  /** The actor of a client token that a page of this origin sends. Absent where there are none. */
  client?(token: string, origin: string | undefined): Promise<Actor>;
  /** The actor of a session cookie, or undefined when it is not genuine or has run out. */
  session(token: string): Promise<Actor | undefined>;
}

/** A good key that came from an address which it may not be used from. */
export class AddressRefusedError extends DomainError {
  readonly actor: Actor;

  constructor(actor: Actor, ip: string) {
    super({
      kind: 'forbidden',
      code: 'ip_not_allowed',
      detail: `This key may not be used from the address ${ip}.`,
    });
    this.actor = actor;
  }
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
    if (token.startsWith(clientTokenPrefix) && authenticators.client) {
      return authenticators.client(token, request.headers.origin);
    }
    // No key holds a dot, and every access token does.
    return token.includes('.')
      ? authenticators.accessToken(token, teamOf(request))
      : authenticators.key(token, addressOf(request));
  }
  const access = readCookie(request.headers.cookie, accessCookie);
  // One that has run out is refused, and not passed over for another credential.
  if (access && isSameOrigin(request)) return authenticators.accessToken(access, teamOf(request));
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

function teamOf(request: FastifyRequest): string | undefined {
  const given = request.headers[teamHeader];
  if (given === undefined) return undefined;
  const teamId = typeof given === 'string' ? parseId('team', given) : undefined;
  if (teamId !== undefined) return teamId;
  throw new DomainError({
    kind: 'invalid',
    code: 'invalid_field',
    param: 'X-VoiceFlow-Team',
    detail: 'X-VoiceFlow-Team: must be a team id (team_…).',
  });
}

function unauthenticated(code: ProblemCode<'unauthenticated'>, detail: string): DomainError {
  return new DomainError({ kind: 'unauthenticated', code, param: 'Authorization', detail });
}

export function readCookie(header: string | undefined, name: string): string | undefined {
  for (const pair of header?.split(';') ?? []) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return undefined;
}
