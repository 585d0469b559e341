import { type AccessTokens, authenticateUser } from '../domains/identity/index.ts';
import { findMembership } from '../domains/teams/index.ts';
import type { Clock } from '../platform/clock.ts';
import type { Actor } from '../platform/context.ts';
import type { DatabaseHandle } from '../platform/database/database.ts';
import { DomainError } from '../platform/errors.ts';

/**
 * Turns access tokens into actors. Session and membership are read each time: who is logged out or
 * removed from a team is so with the next request.
 */
export function createUserAuthenticator(options: {
  readonly db: DatabaseHandle;
  readonly clock: Clock;
  readonly accessTokens: AccessTokens;
}): (token: string, teamId: string | undefined) => Promise<Actor> {
  const { db, clock, accessTokens } = options;
  return async (token, teamId) => {
    const { userId, sessionId } = await authenticateUser(
      { db, accessTokens, now: clock.now() },
      token,
    );
    const membership = await findMembership(db, { userId, teamId });
    if (!membership) throw notAMember();
    return { kind: 'user', userId, sessionId, ...membership };
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
