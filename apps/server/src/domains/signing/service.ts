import { randomBytes } from 'node:crypto';
import { type Context, withTransaction } from '../../platform/context.ts';
import { createId, parseId } from '../../platform/ids.ts';
import type { SecretBox } from '../../platform/secret-box.ts';
import { recordAuditEvent } from '../audit/index.ts';
import { requirePermission } from '../teams/index.ts';
import { noSecretLeft, secretNotFound, tooManySecrets } from './errors.ts';
import { policyNameInCache } from './policy.ts';
import type { SigningSecret } from './schema.ts';
import {
  insertSecret,
  isSigningRequired,
  listSealedSecrets,
  listSecretsOfTeam,
  lockPolicy,
  markSecretRevoked,
  updatePolicy,
} from './store.ts';

/** Each costs an HMAC of every signed request; a rotation takes two. */
const maxActiveSecrets = 5;
const maxShown = 100;

interface VerbArguments<Input> {
  readonly ctx: Context;
  readonly input: Input;
}

/** Makes a signing secret of the actor's team. The secret exists only in this answer. */
export async function createSigningSecret({
  ctx,
  input,
}: VerbArguments<{ readonly name: string; readonly box: SecretBox }>): Promise<
  SigningSecret & { readonly secret: string }
> {
  const actor = requirePermission(ctx.actor, 'signing.manage');
  const { teamId } = actor;
  const secret = `vf_sign_${randomBytes(32).toString('base64url')}`;
  const sealed = await input.box.seal(secret);
  return withTransaction(ctx, async (ctx) => {
    await lockPolicy(ctx.db, teamId);
    const active = await listSealedSecrets(ctx.db, teamId);
    if (active.length >= maxActiveSecrets) throw tooManySecrets(maxActiveSecrets);
    const stored = await insertSecret(ctx.db, {
      id: createId(),
      team_id: teamId,
      name: input.name,
      sealed_secret: sealed,
      created_by: actor.kind === 'user' ? actor.userId : null,
      created_at: ctx.clock.now(),
    });
    await ctx.cache?.invalidate(policyNameInCache(teamId));
    await recordAuditEvent({
      ctx,
      input: {
        eventType: 'signing_secret.created',
        teamId,
        resource: { type: 'signing_secret', id: stored.id },
        details: { name: stored.name },
      },
    });
    return { ...stored, secret };
  });
}

/** The team's signing secrets, those that count first; at most the hundred newest. */
export async function listSigningSecrets({
  ctx,
}: {
  readonly ctx: Context;
}): Promise<readonly SigningSecret[]> {
  const { teamId } = requirePermission(ctx.actor, 'signing.manage');
  return listSecretsOfTeam(ctx.db, { teamId, limit: maxShown });
}

/** Revokes a secret; doing so again changes nothing. */
export async function revokeSigningSecret({
  ctx,
  input,
}: VerbArguments<{ readonly id: string }>): Promise<void> {
  const { teamId } = requirePermission(ctx.actor, 'signing.manage');
  const id = parseId('signingSecret', input.id);
  if (id === undefined) throw secretNotFound();
  await withTransaction(ctx, async (ctx) => {
    const required = await lockPolicy(ctx.db, teamId);
    const revoked = await markSecretRevoked(ctx.db, { id, teamId, revokedAt: ctx.clock.now() });
    if (!revoked) throw secretNotFound();
    if (!revoked.changed) return;
    if (required && (await listSealedSecrets(ctx.db, teamId)).length === 0) throw noSecretLeft();
    await ctx.cache?.invalidate(policyNameInCache(teamId));
    await recordAuditEvent({
      ctx,
      input: {
        eventType: 'signing_secret.revoked',
        teamId,
        resource: { type: 'signing_secret', id },
      },
    });
  });
}

export async function getRequestSigning({
  ctx,
}: {
  readonly ctx: Context;
}): Promise<{ readonly required: boolean }> {
  const { teamId } = requirePermission(ctx.actor, 'signing.manage');
  return { required: await isSigningRequired(ctx.db, teamId) };
}

/** Says whether the team's keys must sign. @throws DomainError `signing_secret_required` */
export async function setRequestSigning({
  ctx,
  input,
}: VerbArguments<{ readonly required: boolean }>): Promise<void> {
  const { teamId } = requirePermission(ctx.actor, 'signing.manage');
  const { required } = input;
  await withTransaction(ctx, async (ctx) => {
    const before = await lockPolicy(ctx.db, teamId);
    if (before === required) return;
    if (required && (await listSealedSecrets(ctx.db, teamId)).length === 0) throw noSecretLeft();
    await updatePolicy(ctx.db, { teamId, required, updatedAt: ctx.clock.now() });
    await ctx.cache?.invalidate(policyNameInCache(teamId));
    await recordAuditEvent({
      ctx,
      input: {
        eventType: 'request_signing.changed',
        teamId,
        resource: { type: 'team', id: teamId },
        details: { required },
      },
    });
  });
}
