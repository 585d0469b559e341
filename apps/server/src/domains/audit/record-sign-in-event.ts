import type { RawBuilder } from 'kysely';
import type { Context } from '../../platform/context.ts';
import { type AuditEventInput, describeEvent } from './record-event.ts';
import { appendingOf } from './store.ts';

interface VerbArguments {
  readonly ctx: Context;
  /** `userId` is null where nobody knows whose account it was about. */
  readonly input: Omit<AuditEventInput, 'teamId' | 'resource'> & { readonly userId: string | null };
}

/**
 * Records a log-in, a log-out or an attempt at one: in the server's chain, and in that of each team
 * that the person belongs to, under one id and all in one transaction.
 */
export async function recordSignInEvent(call: VerbArguments): Promise<void> {
  await recordingOfSignInEvent(call).execute(call.ctx.db);
}

/** The same as a query, for the statement that does what is recorded. */
export function recordingOfSignInEvent({ ctx, input }: VerbArguments): RawBuilder<unknown> {
  const { userId, ...event } = input;
  const resource = { type: 'user', id: userId };
  return appendingOf(describeEvent(ctx, { ...event, teamId: null, resource }), userId);
}
