import type { Insertable } from 'kysely';
import type { DatabaseHandle } from '../../platform/database/database.ts';
import type { SigningSecretsTable } from '../../platform/database/schema.ts';
import type { SigningSecret } from './schema.ts';

const columns = ['id', 'name', 'created_at as createdAt', 'revoked_at as revokedAt'] as const;

export async function insertSecret(
  db: DatabaseHandle,
  secret: Insertable<SigningSecretsTable>,
): Promise<SigningSecret> {
  return db
    .insertInto('signing_secrets')
    .values(secret)
    .returning(columns)
    .executeTakeFirstOrThrow();
}

/** The newest first, revoked ones behind those that count. */
export async function listSecretsOfTeam(
  db: DatabaseHandle,
  page: { teamId: string; limit: number },
): Promise<SigningSecret[]> {
  return db
    .selectFrom('signing_secrets')
    .select(columns)
    .where('team_id', '=', page.teamId)
    .orderBy('revoked_at', (order) => order.desc().nullsFirst())
    .orderBy('id', 'desc')
    .limit(page.limit)
    .execute();
}

export async function listSealedSecrets(
  db: DatabaseHandle,
  teamId: string,
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('signing_secrets')
    .select('sealed_secret')
    .where('team_id', '=', teamId)
    .where('revoked_at', 'is', null)
    .orderBy('id', 'desc')
    .execute();
  return rows.map((row) => row.sealed_secret);
}

/** Revokes a secret of the team; one that is revoked already keeps its time. Undefined: no such one. */
export async function markSecretRevoked(
  db: DatabaseHandle,
  secret: { id: string; teamId: string; revokedAt: Date },
): Promise<{ readonly changed: boolean } | undefined> {
  const known = await db
    .selectFrom('signing_secrets')
    .select('revoked_at')
    .where('id', '=', secret.id)
    .where('team_id', '=', secret.teamId)
    .forUpdate()
    .executeTakeFirst();
  if (!known || known.revoked_at) return known && { changed: false };
  await db
    .updateTable('signing_secrets')
    .set({ revoked_at: secret.revokedAt })
    .where('id', '=', secret.id)
    .execute();
  return { changed: true };
}

/** Whether a team asks for signatures; the row stays locked until commit, so that secrets are counted. */
export async function lockPolicy(db: DatabaseHandle, teamId: string): Promise<boolean> {
  await db
    .insertInto('signing_policies')
    .values({ team_id: teamId, required: false })
    .onConflict((conflict) => conflict.column('team_id').doNothing())
    .execute();
  const policy = await db
    .selectFrom('signing_policies')
    .select('required')
    .where('team_id', '=', teamId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  return policy.required;
}

export async function isSigningRequired(db: DatabaseHandle, teamId: string): Promise<boolean> {
  const policy = await db
    .selectFrom('signing_policies')
    .select('required')
    .where('team_id', '=', teamId)
    .executeTakeFirst();
  return policy?.required ?? false;
}

export async function updatePolicy(
  db: DatabaseHandle,
  policy: { teamId: string; required: boolean; updatedAt: Date },
): Promise<void> {
  await db
    .updateTable('signing_policies')
    .set({ required: policy.required, updated_at: policy.updatedAt })
    .where('team_id', '=', policy.teamId)
    .execute();
}
