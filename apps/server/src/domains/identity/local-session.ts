import { join } from 'node:path';
import { jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import type { Clock } from '../../platform/clock.ts';
import { type Actor, roles } from '../../platform/context.ts';
import { readOrCreateSecret } from '../../platform/secret-box.ts';

const audience = 'voiceflow:local-operator';
const lifetimeSeconds = 12 * 60 * 60;

const claimsSchema = z.object({
  sub: z.uuid(),
  team: z.uuid(),
  role: z.enum(roles),
});

export type UserActor = Extract<Actor, { kind: 'user' }>;

/**
 * Sessions of the person at this very machine, who needs no password: signed tokens that the
 * playground carries in a cookie. Who may get one is the HTTP layer's decision.
 */
export interface LocalSessions {
  readonly lifetimeSeconds: number;
  create(user: Omit<UserActor, 'kind'>): Promise<string>;
  /** The user of a token that is genuine and has not run out, else undefined. */
  verify(token: string): Promise<UserActor | undefined>;
}

/** `homeDir` holds the signing secret (mode 0600), so that a session survives a restart. */
export async function openLocalSessions(options: {
  readonly homeDir: string;
  readonly clock: Clock;
}): Promise<LocalSessions> {
  const secret = await readOrCreateSecret(join(options.homeDir, 'session-secret'));
  return {
    lifetimeSeconds,
    create(user) {
      const issuedAt = Math.floor(options.clock.now().getTime() / 1000);
      return new SignJWT({ team: user.teamId, role: user.role })
        .setProtectedHeader({ alg: 'HS256' })
        .setSubject(user.userId)
        .setAudience(audience)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + lifetimeSeconds)
        .sign(secret);
    },
    async verify(token) {
      const verified = await jwtVerify(token, secret, {
        audience,
        algorithms: ['HS256'],
        currentDate: options.clock.now(),
      }).catch(() => undefined);
      const claims = claimsSchema.safeParse(verified?.payload);
      if (!claims.success) return undefined;
      const { sub, team, role } = claims.data;
      return { kind: 'user', userId: sub, teamId: team, role };
    },
  };
}
