import { type Context, withTransaction } from '../../platform/context.ts';
import { type AuditEventInput, describeEvent } from './record-event.ts';
import { appendEventOfUser } from './store.ts';

/**
 * Records a log-in, a log-out or an attempt at one: in the server's chain, and in that of each team
 * that the person belongs to, all in one transaction.
 */
export async function recordSignInEvent({
  ctx,
  input,
}: {
  readonly ctx: Context;
  /** `userId` is null where nobody knows whose account it was about. */
  readonly input: Omit<AuditEventInput, 'teamId' | 'resource'> & { readonly userId: string | null };
}): Promise<void> {
  const { userId, ...event } = input;
  const described = describeEvent(ctx, { ...event, resource: { type: 'user', id: userId } });
  await withTransaction(ctx, (ctx) => appendEventOfUser(ctx.db, userId, described));
}
