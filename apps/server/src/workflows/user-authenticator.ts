import {
  type AccessTokens,
  authenticateUser,
  type LocalSessions,
} from '../domains/identity/index.ts';
import { findMembership } from '../domains/teams/index.ts';
import type { Clock } from '../platform/clock.ts';
import type { Actor } from '../platform/context.ts';
import type { DatabaseHandle } from '../platform/database/database.ts';
import { DomainError } from '../platform/errors.ts';

/**
 * Turns access tokens into actors. Session and membership are read each time: who is logged out or
 * removed from a team is so with the next request. Who names no team acts in that whose provider let
 * them in, else in their oldest; who belongs to none, for themselves.
 */
export function createUserAuthenticator(options: {
  readonly db: DatabaseHandle;
  readonly clock: Clock;
  readonly accessTokens: AccessTokens;
  /** Whether everybody must show a second factor, whatever their team does. */
  readonly mustShowSecondFactor: boolean;
}): (token: string, teamId: string | undefined) => Promise<Actor> {
  const { db, clock, accessTokens, mustShowSecondFactor } = options;
  return async (token, teamId) => {
    const known = await authenticateUser({ db, accessTokens, now: clock.now() }, token);
    const person = { ...known, mustShowSecondFactor };
    const membership = await findMembership(db, { ...person, teamId });
    if (membership) return { kind: 'user', ...person, ...membership };
    if (teamId !== undefined) throw notAMember();
    return { kind: 'person', ...person };
  };
}

/** Turns sessions of the person at this machine into actors, with the role that they have by now. */
export function createLocalAuthenticator(options: {
  readonly db: DatabaseHandle;
  readonly sessions: LocalSessions;
}): (token: string) => Promise<Actor | undefined> {
  const { db, sessions } = options;
  return async (token) => {
    const session = await sessions.verify(token);
    const membership = session && (await findMembership(db, session));
    return membership && { kind: 'user', userId: session.userId, ...membership };
  };
}

/** The same whether the team does not exist or is somebody else's. */
function notAMember(): DomainError {
  return new DomainError({
    kind: 'forbidden',
    code: 'not_a_member',
    param: 'X-VoiceFlow-Team',
    detail: 'You do not belong to this team.',
  });
}
