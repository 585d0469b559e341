import type { Context } from '../../platform/context.ts';
import { type AuditEventInput, recordAuditEvent } from '../audit/index.ts';
import { insertUser, type User } from './store.ts';

/** Makes an account, and tells who has and how. Undefined when somebody has this address already. */
export async function createUser(
  ctx: Context,
  user: Omit<Parameters<typeof insertUser>[1], 'createdAt'>,
  told: (user: User) => Pick<AuditEventInput, 'actor' | 'details'> = () => ({}),
): Promise<User | undefined> {
  const created = await insertUser(ctx.db, { ...user, createdAt: ctx.clock.now() });
  if (!created) return undefined;
  await recordAuditEvent({
    ctx,
    input: {
      eventType: 'user.created',
      teamId: null,
      resource: { type: 'user', id: created.id },
      ...told(created),
    },
  });
  return created;
}
