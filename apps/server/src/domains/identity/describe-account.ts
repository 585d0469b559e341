import { type Context, personOf } from '../../platform/context.ts';
import { recordAuditEvent } from '../audit/index.ts';
import type { AccountExport } from './account-schema.ts';
import { listConnectionsOfUser } from './connection-store.ts';
import { presentConnection } from './oauth-schema.ts';
import { presentPasskey } from './passkey-schema.ts';
import { listPasskeysOfUser } from './passkey-store.ts';
import { presentUser } from './schema.ts';
import { getMe } from './service.ts';
import { presentSession } from './session-schema.ts';
import { listSessionsOfUser } from './session-store.ts';
import { countExport } from './throttle.ts';
import { countRecoveryCodes, findTotpFactor } from './two-factor-store.ts';

/**
 * What this slice keeps of the caller, but for what would open the account.
 * @throws DomainError `user_required`, `too_many_attempts`
 */
export async function describeAccount({
  ctx,
}: {
  readonly ctx: Context;
}): Promise<
  Omit<AccountExport, 'exported_at' | 'memberships' | 'audit_events'> & { readonly userId: string }
> {
  const user = await getMe({ ctx });
  await countExport(ctx, user.id);
  const { db } = ctx;
  const currentId = personOf(ctx.actor)?.sessionId;
  const sessions = await listSessionsOfUser(db, user.id);
  const factor = await findTotpFactor(db, user.id);
  await recordAuditEvent({
    ctx,
    input: {
      eventType: 'user.exported',
      teamId: null,
      resource: { type: 'user', id: user.id },
    },
  });
  return {
    userId: user.id,
    profile: {
      ...presentUser(user),
      has_password: user.passwordHash !== null,
      email_verified_at: user.emailVerifiedAt?.toISOString() ?? null,
    },
    second_factor: factor?.confirmedAt
      ? {
          enabled_at: factor.confirmedAt.toISOString(),
          recovery_codes_left: await countRecoveryCodes(db, user.id),
        }
      : null,
    passkeys: (await listPasskeysOfUser(db, user.id)).map(presentPasskey),
    connections: (await listConnectionsOfUser(db, user.id)).map(presentConnection),
    sessions: await Promise.all(
      sessions.map(async (session) => ({
        ...(await presentSession(session, currentId)),
        revoked_at: session.revokedAt?.toISOString() ?? null,
      })),
    ),
  };
}
