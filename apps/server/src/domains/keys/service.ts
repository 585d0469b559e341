import { type Context, type KeyMode, withTransaction } from '../../platform/context.ts';
import { createId, parseId } from '../../platform/ids.ts';
import { type Page, readPage } from '../../platform/page.ts';
import { recordAuditEvent } from '../audit/index.ts';
import { holdActorInTeam, requirePermission } from '../teams/index.ts';
import { forgetKey, lockKey } from './changing-key.ts';
import { keyNotFound } from './errors.ts';
import {
  endOfLifetime,
  grantScopes,
  requireEndToRotate,
  requireNoFewerBounds,
  requireNoLaterEnd,
} from './grants.ts';
import { generateKey, hashKey, shownPrefixOf } from './key-format.ts';
import type { CreateKeyInput, Key } from './schema.ts';
import {
  changeKey,
  deleteSecrets,
  findKeyOfTeam,
  findMaker,
  insertKey,
  listKeysOfTeam,
} from './store.ts';

/** A key with its secret, which exists only in this answer. */
export type CreatedKey = Key & { readonly key: string };

/** Makes a key for the actor's team, which may do no more than the actor, and for no longer. */
export async function createKey({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: CreateKeyInput;
}): Promise<CreatedKey> {
  const actor = requirePermission(ctx.actor, 'keys.write');
  const expiresAt = endOfLifetime(ctx, input.lifetime_days);
  requireNoLaterEnd(actor, expiresAt);
  requireNoFewerBounds(actor, input.mode);
  requireEndToRotate(input.auto_rotate, expiresAt);
  return withTransaction(ctx, async (ctx) => {
    await holdActorInTeam(ctx);
    return storeKey(ctx, {
      ...input,
      scopes: grantScopes(actor, input.scopes),
      expiresAt,
      teamId: actor.teamId,
      // Of a key that a key makes it is the same person: with them go both.
      createdBy: actor.kind === 'user' ? actor.userId : await findMaker(ctx.db, actor.keyId),
    });
  });
}

/** Makes a key for any team: for the system, at bootstrap and on the operator's command. */
export async function issueKey({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: {
    readonly teamId: string;
    readonly createdBy: string | null;
    readonly name: string;
    readonly mode: KeyMode;
  };
}): Promise<CreatedKey> {
  if (ctx.actor.kind !== 'system') requirePermission(ctx.actor, 'keys.write');
  const unbounded = {
    scopes: ['*'],
    lifetime_days: null,
    auto_rotate: false,
    expiresAt: null,
    allowed_ips: [],
    requests_per_minute: null,
    monthly_characters: null,
    monthly_generations: null,
  };
  return storeKey(ctx, { ...unbounded, ...input });
}

type StoredInput = Omit<CreateKeyInput, 'scopes'> & {
  readonly scopes: readonly string[];
  readonly expiresAt: Date | null;
  readonly teamId: string;
  readonly createdBy: string | null;
};

function storeKey(ctx: Context, input: StoredInput): Promise<CreatedKey> {
  const key = generateKey(input.mode);
  return withTransaction(ctx, async (ctx) => {
    const stored = await insertKey(ctx.db, {
      id: createId(),
      team_id: input.teamId,
      name: input.name,
      key_hash: hashKey(key),
      key_prefix: shownPrefixOf(key),
      mode: input.mode,
      scopes: [...input.scopes],
      created_by: input.createdBy,
      created_at: ctx.clock.now(),
      lifetime_days: input.lifetime_days,
      auto_rotate: input.auto_rotate,
      expires_at: input.expiresAt,
      allowed_ips: input.allowed_ips,
      requests_per_minute: input.requests_per_minute,
      monthly_characters: input.monthly_characters,
      monthly_generations: input.monthly_generations,
      counted: input.monthly_characters !== null || input.monthly_generations !== null,
    });
    await recordAuditEvent({
      ctx,
      input: {
        eventType: 'api_key.created',
        teamId: input.teamId,
        resource: { type: 'api_key', id: stored.id },
        details: { name: stored.name, mode: stored.mode, scopes: stored.scopes },
      },
    });
    return { ...stored, key };
  });
}

/** The team's keys, newest first, revoked ones included. */
export async function listKeys({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: { readonly limit: number; readonly cursor?: string | undefined };
}): Promise<Page<Key>> {
  const { teamId } = requirePermission(ctx.actor, 'keys.read');
  const cursor = input.cursor === undefined ? undefined : parseId('key', input.cursor);
  return readPage({
    limit: input.limit,
    read: (limit) => listKeysOfTeam(ctx.db, { teamId, cursor, limit }),
    idOf: ({ id }) => id,
  });
}

interface KeyArguments {
  readonly ctx: Context;
  readonly input: { readonly id: string };
}

/** One of the team's keys, also a revoked one. @throws DomainError `key_not_found` */
export async function getKey({ ctx, input }: KeyArguments): Promise<Key> {
  const { teamId } = requirePermission(ctx.actor, 'keys.read');
  const id = parseId('key', input.id);
  const key = id === undefined ? undefined : await findKeyOfTeam(ctx.db, { id, teamId });
  if (!key) throw keyNotFound();
  return key;
}

/** Revokes a key of the team; doing so again changes nothing. @throws DomainError `key_not_found` */
export async function revokeKey({ ctx, input }: KeyArguments): Promise<void> {
  const { teamId } = requirePermission(ctx.actor, 'keys.write');
  await withTransaction(ctx, (ctx) => revokeInTeam(ctx, { id: input.id, teamId }));
}

/** Revokes a key in the transaction of `ctx`, and in every cache. @throws DomainError `key_not_found` */
export async function revokeInTeam(
  ctx: Context,
  // As the API shows it: `key_…`.
  { id, teamId }: { readonly id: string; readonly teamId: string },
): Promise<void> {
  const key = await lockKey(ctx, teamId, id);
  await forgetKey(ctx, key);
  if (key.revokedAt) return;
  await changeKey(ctx.db, key, { revoked_at: ctx.clock.now() });
  await deleteSecrets(ctx.db, key.id, ['next']);
  await recordAuditEvent({
    ctx,
    input: { eventType: 'api_key.revoked', teamId, resource: { type: 'api_key', id: key.id } },
  });
}
