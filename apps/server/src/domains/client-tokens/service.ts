import { randomBytes } from 'node:crypto';
import { type Context, withTransaction } from '../../platform/context.ts';
import { clientTokenPrefix } from '../../platform/http/index.ts';
import { createId } from '../../platform/ids.ts';
import { recordAuditEvent } from '../audit/index.ts';
import { mayGive, requirePermission } from '../teams/index.ts';
import { hashClientToken } from './client-tokens.ts';
import { scopeExceeded } from './errors.ts';
import type { CreateClientTokenInput, CreatedClientToken } from './schema.ts';
import { deleteClientTokensBefore, insertClientToken } from './store.ts';

const keptMs = 24 * 60 * 60 * 1000;

/** Makes a token for pages of one origin, with no more than its maker may do, and for no longer. */
export async function createClientToken({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: CreateClientTokenInput;
}): Promise<CreatedClientToken> {
  const actor = requirePermission(ctx.actor, 'client_tokens.create');
  const exceeded = input.scopes.find((scope) => !mayGive(actor, scope));
  if (exceeded) throw scopeExceeded(exceeded);
  const now = ctx.clock.now();
  const expiresAt = new Date(now.getTime() + input.lifetime_seconds * 1000);
  const token = `${clientTokenPrefix}${randomBytes(32).toString('base64url')}`;
  const id = createId();
  return withTransaction(ctx, async (ctx) => {
    await insertClientToken(ctx.db, {
      id,
      team_id: actor.teamId,
      token_hash: hashClientToken(token),
      api_key_id: actor.kind === 'key' ? actor.keyId : null,
      user_id: actor.kind === 'user' ? actor.userId : null,
      session_id: actor.kind === 'user' ? (actor.sessionId ?? null) : null,
      scopes: input.scopes,
      origin: input.origin,
      created_at: now,
      expires_at: expiresAt,
      max_characters: input.max_characters,
      max_audio_seconds: input.max_audio_seconds,
    });
    await recordAuditEvent({
      ctx,
      input: {
        eventType: 'client_token.created',
        teamId: actor.teamId,
        resource: { type: 'client_token', id },
        details: { origin: input.origin, scopes: input.scopes, expires_at: expiresAt },
      },
    });
    return { id, token, input, expiresAt };
  });
}

/** Deletes tokens that ended a day ago. */
export async function deleteExpiredClientTokens({ db, clock }: Context): Promise<void> {
  await deleteClientTokensBefore(db, new Date(clock.now().getTime() - keptMs));
}
