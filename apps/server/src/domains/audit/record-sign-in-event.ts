import type { Context } from '../../platform/context.ts';
import { type AuditEventInput, describeEvent } from './record-event.ts';
import { appendEvent } from './store.ts';

/**
 * Records a log-in, a log-out or an attempt at one: in the server's chain, and in that of each team
 * that the person belongs to, under one id and all in one transaction.
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
  const resource = { type: 'user', id: userId };
  await appendEvent(ctx.db, describeEvent(ctx, { ...event, teamId: null, resource }), userId);
}
