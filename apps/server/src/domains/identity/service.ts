import { type Context, withTransaction } from '../../platform/context.ts';
import { recordAuditEvent } from '../audit/index.ts';
import { systemOnly } from './errors.ts';
import { findUserByEmail, insertUser, type User } from './store.ts';

/** The user with this address; made when there is none. Only the system itself may do so. */
export async function ensureUser({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: { readonly email: string; readonly name: string | null };
}): Promise<User> {
  if (ctx.actor.kind !== 'system') throw systemOnly();
  return withTransaction(ctx, async (ctx) => {
    const known = await findUserByEmail(ctx.db, input.email);
    if (known) return known;
    const user = await insertUser(ctx.db, { ...input, createdAt: ctx.clock.now() });
    await recordAuditEvent({
      ctx,
      input: {
        eventType: 'user.created',
        teamId: null,
        resource: { type: 'user', id: user.id },
      },
    });
    return user;
  });
}
