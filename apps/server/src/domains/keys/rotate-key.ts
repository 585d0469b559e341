import { type Context, withTransaction } from '../../platform/context.ts';
import type { SecretBox } from '../../platform/secret-box.ts';
import { recordAuditEvent } from '../audit/index.ts';
import { requirePermission, type TeamActor } from '../teams/index.ts';
import { forgetKey, lockActiveKey } from './changing-key.ts';
import { noSuccessor, rotationUnderWay } from './errors.ts';
import { endOfLifetime, requireNoFewerBounds, requireNoLaterEnd, requireScopes } from './grants.ts';
import { generateKey, hashKey, shownPrefixOf } from './key-format.ts';
import type { CreatedKey } from './service.ts';
import {
  changeKey,
  deleteSecrets,
  findSealedSuccessor,
  insertSecret,
  type StoredKey,
} from './store.ts';

const hourMs = 60 * 60 * 1000;

/**
 * Gives a key a new secret and a lifetime that begins now; the secret before it works for
 * `overlap_hours` more. Where such an overlap is still under way, a present secret that was never
 * used is replaced, because its answer may have been lost, and the overlap stays as it is.
 * @throws DomainError `key_not_found`, `key_revoked`, `scope_exceeded`, `expiry_exceeded`, `bounds_exceeded`, `rotation_under_way`
 */
export async function rotateKey({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: { readonly id: string; readonly overlap_hours: number };
}): Promise<CreatedKey> {
  const actor = requirePermission(ctx.actor, 'keys.write');
  return withTransaction(ctx, async (ctx) => {
    const key = await lockActiveKey(ctx, actor.teamId, input.id);
    requireMaySee(ctx, actor, key);
    const secret = generateKey(key.mode);
    const rotated = await replaceSecret(ctx, key, { secret, overlapHours: input.overlap_hours });
    return { ...rotated, key: secret };
  });
}

/** Whether an actor may get a secret of this key: whoever has it can do what the key can. */
function requireMaySee(ctx: Context, actor: TeamActor, key: StoredKey): void {
  requireScopes(actor, key.scopes);
  requireNoLaterEnd(actor, endOfLifetime(ctx, key.lifetimeDays));
  const itself = actor.kind === 'key' && actor.keyId === key.id;
  if (!itself) requireNoFewerBounds(actor, key.mode);
}

const handOverHours = 24;

/**
 * Shows the next secret of a key that rotates by itself, this one time, and puts it in the place of
 * the present one, which works for a day more and no longer than its end.
 * @throws DomainError `key_not_found`, `key_revoked`, `scope_exceeded`, `expiry_exceeded`, `bounds_exceeded`, `no_successor`, `rotation_under_way`
 */
export async function revealSuccessor({
  ctx,
  input,
  box,
}: {
  readonly ctx: Context;
  readonly input: { readonly id: string };
  readonly box: SecretBox;
}): Promise<CreatedKey> {
  const actor = requirePermission(ctx.actor, 'keys.write');
  return withTransaction(ctx, async (ctx) => {
    const key = await lockActiveKey(ctx, actor.teamId, input.id);
    requireMaySee(ctx, actor, key);
    const sealed = await findSealedSuccessor(ctx.db, key.id);
    const secret = sealed === undefined ? undefined : await box.open(sealed);
    if (secret === undefined) throw noSuccessor();
    const rotated = await replaceSecret(ctx, key, { secret, overlapHours: handOverHours });
    return { ...rotated, key: secret };
  });
}

/** Puts a secret in the place of the present one, in the transaction of `ctx`. */
async function replaceSecret(
  ctx: Context,
  key: StoredKey,
  { secret, overlapHours }: { secret: string; overlapHours: number },
): Promise<StoredKey> {
  const { db } = ctx;
  const now = ctx.clock.now();
  if (key.previousEndsAt && key.previousEndsAt > now) {
    if (key.secretUsedAt) throw rotationUnderWay(key.previousEndsAt);
  } else {
    await deleteSecrets(db, key.id, ['previous']);
    await insertSecret(db, {
      key_hash: key.keyHash,
      api_key_id: key.id,
      place: 'previous',
      key_prefix: key.prefix,
      created_at: now,
      ends_at: earlier(key.expiresAt, new Date(now.getTime() + overlapHours * hourMs)),
      last_used_at: key.secretUsedAt,
    });
  }
  await deleteSecrets(db, key.id, ['next']);
  const rotated = await changeKey(db, key, {
    key_hash: hashKey(secret),
    key_prefix: shownPrefixOf(secret),
    expires_at: endOfLifetime(ctx, key.lifetimeDays),
    secret_used_at: null,
  });
  await forgetKey(ctx, key);
  await recordAuditEvent({
    ctx,
    input: {
      eventType: 'api_key.rotated',
      teamId: key.teamId,
      resource: { type: 'api_key', id: key.id },
      details: { previous_ends_at: rotated.previousEndsAt },
    },
  });
  return rotated;
}

function earlier(end: Date | null, other: Date): Date {
  return end && end < other ? end : other;
}

/** Stops the secret before the present one at once; without one it changes nothing. */
export async function endOverlap({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: { readonly id: string };
}): Promise<void> {
  const { teamId } = requirePermission(ctx.actor, 'keys.write');
  await withTransaction(ctx, async (ctx) => {
    const key = await lockActiveKey(ctx, teamId, input.id);
    await forgetKey(ctx, key);
    if (!key.previousEndsAt || key.previousEndsAt <= ctx.clock.now()) return;
    await deleteSecrets(ctx.db, key.id, ['previous']);
    await recordAuditEvent({
      ctx,
      input: {
        eventType: 'api_key.overlap_ended',
        teamId,
        resource: { type: 'api_key', id: key.id },
      },
    });
  });
}
