import type { Actor, Context } from '../../platform/context.ts';
import { createId } from '../../platform/ids.ts';
import { serverChain } from './chain.ts';
import { appendEvent, type NewEvent } from './store.ts';

/** Who acts where no session tells: a stranger, or somebody who is about to log in. */
export type SessionlessActor =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'user'; readonly userId: string };

export interface AuditEventInput {
  /** `noun.verb` in the past tense: `api_key.created`. */
  readonly eventType: string;
  /** Null: the event belongs to no team. */
  readonly teamId: string | null;
  /** `id` is the plain UUID where the resource has one. */
  readonly resource: { readonly type: string; readonly id: string | null };
  /** What an auditor needs to understand the event. Never a secret, never a caller's text. */
  readonly details?: Record<string, unknown>;
  readonly success?: boolean;
  /** The context's actor, unless this is given. */
  readonly actor?: SessionlessActor;
}

interface VerbArguments<Input> {
  readonly ctx: Context;
  readonly input: Input;
}

/**
 * Appends one event to its team's chain, in the transaction of `ctx` where there is one. Until that
 * transaction ends, other events of the team wait: record it late, and the event of no team, where
 * there is one, before those of teams (two transactions that differ in this could wait for each other).
 */
export async function recordAuditEvent({
  ctx,
  input,
}: VerbArguments<AuditEventInput>): Promise<void> {
  await appendEvent(ctx.db, describeEvent(ctx, input));
}

export function describeEvent(ctx: Context, input: AuditEventInput): NewEvent {
  const actor = input.actor ?? ctx.actor;
  return {
    id: createId(),
    team_id: input.teamId ?? serverChain,
    event_type: input.eventType,
    // In a team or in none: to the log a person is a user.
    actor_kind: actor.kind === 'person' ? 'user' : actor.kind,
    actor_id: actorId(actor),
    ip_address: ctx.ip?.slice(0, 45) ?? null,
    user_agent: ctx.userAgent === null ? null : toStorable(ctx.userAgent).slice(0, 500),
    request_id: ctx.requestId,
    resource_type: input.resource.type,
    resource_id: input.resource.id,
    details: toStorableDetails(input.details ?? {}),
    success: input.success ?? true,
    created_at: ctx.clock.now(),
  };
}

function actorId(actor: Actor | SessionlessActor): string | null {
  switch (actor.kind) {
    case 'key':
      return actor.keyId;
    case 'user':
    case 'person':
      return actor.userId;
    case 'system':
    case 'anonymous':
      return null;
  }
}

/** What comes back from the database must be what was hashed: it takes no NUL and no lone surrogate. */
function toStorable(text: string): string {
  return text.replaceAll('\0', '\uFFFD').toWellFormed();
}

function toStorableDetails(details: Record<string, unknown>): Record<string, unknown> {
  const json = JSON.stringify(details, (_name, value: unknown) =>
    typeof value === 'string' ? toStorable(value) : value,
  );
  return JSON.parse(json);
}
