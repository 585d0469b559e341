import { type Context, type KeyMode, withTransaction } from '../../platform/context.ts';
import { createId, parseId } from '../../platform/ids.ts';
import { recordAuditEvent } from '../audit/index.ts';
import { mayGive, requirePermission, scopeNames, type TeamActor } from '../teams/index.ts';
import { keyNotFound, scopeExceeded } from './errors.ts';
import { nameInCache } from './key-actor.ts';
import { generateKey, hashKey, shownPrefixOf } from './key-format.ts';
import type { CreateKeyInput, Key } from './schema.ts';
import { insertKey, listKeysOfTeam, markRevoked } from './store.ts';

/** A key with its secret, which exists only in this answer. */
export type CreatedKey = Key & { readonly key: string };

/** Makes a key for the actor's team, with no more scopes than the actor has. */
export async function createKey({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: CreateKeyInput;
}): Promise<CreatedKey> {
  const actor = requirePermission(ctx.actor, 'keys.write');
  // `*` asks for nothing: it stands for whatever the maker has.
  const asked = scopeNames.filter((scope) => input.scopes.includes(scope));
  const exceeded = asked.find((scope) => !mayGive(actor, scope));
  if (exceeded) throw scopeExceeded(exceeded);
  return storeKey(ctx, {
    ...input,
    scopes: grantedScopes(actor, input.scopes),
    teamId: actor.teamId,
    createdBy: actor.kind === 'user' ? actor.userId : null,
  });
}

/** `*` from whoever is limited means what they may do today, not what `*` may come to mean. */
function grantedScopes(actor: TeamActor, scopes: readonly string[]): readonly string[] {
  if (!scopes.includes('*')) return scopes;
  if (actor.kind === 'key') return actor.scopes;
  const held = scopeNames.filter((scope) => mayGive(actor, scope));
  return held.length < scopeNames.length ? held : scopes;
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
  return storeKey(ctx, { ...input, scopes: ['*'] });
}

function storeKey(
  ctx: Context,
  input: {
    readonly teamId: string;
    readonly createdBy: string | null;
    readonly name: string;
    readonly mode: KeyMode;
    readonly scopes: readonly string[];
  },
): Promise<CreatedKey> {
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

export interface KeyPage {
  readonly keys: readonly Key[];
  /** UUID of the last key of the page; null on the last page. */
  readonly nextCursor: string | null;
}

/** The team's keys, newest first, revoked ones included. */
export async function listKeys({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: { readonly limit: number; readonly cursor?: string | undefined };
}): Promise<KeyPage> {
  const { teamId } = requirePermission(ctx.actor, 'keys.read');
  const cursor = input.cursor === undefined ? undefined : parseId('key', input.cursor);
  const found = await listKeysOfTeam(ctx.db, { teamId, cursor, limit: input.limit + 1 });
  const keys = found.slice(0, input.limit);
  const more = found.length > keys.length;
  return { keys, nextCursor: (more && keys.at(-1)?.id) || null };
}

/** Revokes a key of the team; doing so again changes nothing. Throws `key_not_found`. */
export async function revokeKey({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: { readonly id: string };
}): Promise<void> {
  const { teamId } = requirePermission(ctx.actor, 'keys.write');
  const id = parseId('key', input.id);
  if (id === undefined) throw keyNotFound();
  await withTransaction(ctx, async (ctx) => {
    const revoked = await markRevoked(ctx.db, { id, teamId, revokedAt: ctx.clock.now() });
    if (!revoked) throw keyNotFound();
    await ctx.cache?.invalidate(nameInCache(revoked.keyHash));
    if (!revoked.changed) return;
    await recordAuditEvent({
      ctx,
      input: { eventType: 'api_key.revoked', teamId, resource: { type: 'api_key', id } },
    });
  });
}
