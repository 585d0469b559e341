import { type Context, withTransaction } from '../../platform/context.ts';
import { recordAuditEvent } from '../audit/index.ts';
import { requirePermission, type TeamActor } from '../teams/index.ts';
import { forgetKey, lockActiveKey } from './changing-key.ts';
import {
  endOfLifetime,
  grantScopes,
  requireEndToRotate,
  requireNoFewerBounds,
  requireNoLaterEnd,
} from './grants.ts';
import type { Key, UpdateKeyInput } from './schema.ts';
import { changeKey, deleteSecrets, type KeyChanges } from './store.ts';

/**
 * Changes what is given of a key; every process goes by it within a second. A key that has expired
 * may be given a new lifetime.
 * @throws DomainError `key_not_found`, `key_revoked`, `scope_exceeded`, `expiry_exceeded`, `bounds_exceeded`
 */
export async function updateKey({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: UpdateKeyInput & { readonly id: string };
}): Promise<Key> {
  const actor = requirePermission(ctx.actor, 'keys.write');
  const { teamId } = actor;
  return withTransaction(ctx, async (ctx) => {
    const key = await lockActiveKey(ctx, teamId, input.id);
    requireNoFewerBounds(actor, key.mode);
    const changes = changesFrom(ctx, actor, input);
    if (Object.keys(changes).length === 0) return key;
    // A next secret was made for an end that may have changed; another one is made in time.
    const renewed = changes.expires_at !== undefined || changes.auto_rotate === false;
    if (renewed) await deleteSecrets(ctx.db, key.id, ['next']);
    const changed = await changeKey(ctx.db, key, changes);
    requireEndToRotate(changed.autoRotate, changed.expiresAt);
    await forgetKey(ctx, key);
    await recordAuditEvent({
      ctx,
      input: {
        eventType: 'api_key.updated',
        teamId,
        resource: { type: 'api_key', id: key.id },
        details: changes,
      },
    });
    return changed;
  });
}

function changesFrom(ctx: Context, actor: TeamActor, input: UpdateKeyInput): KeyChanges {
  const { name, scopes, lifetime_days, allowed_ips, requests_per_minute } = input;
  const { auto_rotate, monthly_characters, monthly_generations } = input;
  const changes: KeyChanges = {};
  if (name !== undefined) changes.name = name;
  if (scopes !== undefined) changes.scopes = [...grantScopes(actor, scopes)];
  if (lifetime_days !== undefined) {
    changes.lifetime_days = lifetime_days;
    changes.expires_at = endOfLifetime(ctx, lifetime_days);
    requireNoLaterEnd(actor, changes.expires_at);
  }
  if (auto_rotate !== undefined) changes.auto_rotate = auto_rotate;
  if (allowed_ips !== undefined) changes.allowed_ips = allowed_ips;
  if (requests_per_minute !== undefined) changes.requests_per_minute = requests_per_minute;
  if (monthly_characters !== undefined) changes.monthly_characters = monthly_characters;
  if (monthly_generations !== undefined) changes.monthly_generations = monthly_generations;
  // Once counted, always counted: a budget that comes back later must know what was used between.
  if ((monthly_characters ?? monthly_generations ?? null) !== null) changes.counted = true;
  return changes;
}
