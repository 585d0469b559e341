import type { Actor, Context } from '../../platform/context.ts';
import { insertAuditEvent } from './store.ts';

export interface AuditEventInput {
  /** `noun.verb` in the past tense: `api_key.created`. */
  readonly eventType: string;
  readonly teamId: string | null;
  readonly resource: { readonly type: string; readonly id: string | null };
  /** What an auditor needs to understand the event. Never a secret, never a caller's text. */
  readonly details?: Record<string, unknown>;
  readonly success?: boolean;
}

interface VerbArguments<Input> {
  readonly ctx: Context;
  readonly input: Input;
}

/** Appends one event, in the transaction of `ctx` where there is one. */
export async function recordAuditEvent({
  ctx,
  input,
}: VerbArguments<AuditEventInput>): Promise<void> {
  await insertAuditEvent(ctx.db, {
    team_id: input.teamId,
    event_type: input.eventType,
    actor_kind: ctx.actor.kind,
    actor_id: actorId(ctx.actor),
    ip_address: ctx.ip?.slice(0, 45) ?? null,
    user_agent: ctx.userAgent?.slice(0, 500) ?? null,
    request_id: ctx.requestId,
    resource_type: input.resource.type,
    resource_id: input.resource.id,
    details: input.details ?? {},
    success: input.success ?? true,
    created_at: ctx.clock.now(),
  });
}

function actorId(actor: Actor): string | null {
  switch (actor.kind) {
    case 'key':
      return actor.keyId;
    case 'user':
      return actor.userId;
    case 'system':
      return null;
  }
}
