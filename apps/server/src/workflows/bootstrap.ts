import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ensureUser } from '../domains/identity/index.ts';
import { issueKey, KeyAuthenticator } from '../domains/keys/index.ts';
import { createTeam, getFirstTeam, listManagers, type Team } from '../domains/teams/index.ts';
import { type Context, withTransaction } from '../platform/context.ts';
import { lockUntilCommit } from '../platform/database/database.ts';

export interface KeyFile {
  readonly path: string;
  /** True: a key that is gone or revoked is replaced. False: it is written at the very first start only. */
  readonly renew: boolean;
}

export interface BootstrapResult {
  /** A key that was made now; null when nothing had to be made. */
  readonly newKey: string | null;
  /** Whether `keyFile` holds a key that works. */
  readonly keyFileWorks: boolean;
  /** Whether a person owns the first team, who can log in from anywhere. */
  readonly hasOwner: boolean;
}

/** Stands in for the owner of the first team until a person is (`first-owner.ts`). It cannot log in. */
export const operator = { email: 'operator@localhost', name: 'Operator' };
const firstTeamName = 'First team';
const lockKey = 0x566f_6964;

/**
 * Makes the first user, team and key of an empty database, once, however often and from however
 * many processes it is called. The key goes to `keyFile` before the transaction commits: a crash in
 * between leaves a file with a key that does not work, never a key that nobody has seen.
 */
export async function bootstrap({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: { readonly keyFile: KeyFile | null };
}): Promise<BootstrapResult> {
  return withTransaction(ctx, async (ctx) => {
    const known = await lockFirstTeam(ctx);
    const { keyFile } = input;
    const keyFileWorks = known !== undefined && keyFile !== null && (await holdsKey(ctx, keyFile));
    const hasOwner = known !== undefined && (await isPersonal(ctx, known));
    if (known && (keyFileWorks || !keyFile?.renew)) return { newKey: null, keyFileWorks, hasOwner };
    const team = known ?? (await createFirstTeam(ctx));
    const { key } = await issueKey({
      ctx,
      input: { teamId: team.id, createdBy: team.ownerId, name: 'First key', mode: 'live' },
    });
    if (keyFile) await writeKeyFile(keyFile.path, key);
    return { newKey: key, keyFileWorks: keyFile !== null, hasOwner };
  });
}

/** The first team, if there is one. Nobody else makes one until the transaction ends. */
export async function lockFirstTeam(ctx: Context): Promise<Team | undefined> {
  await lockUntilCommit(ctx.db, lockKey);
  return getFirstTeam({ ctx });
}

export async function createFirstTeam(ctx: Context): Promise<Team> {
  const owner = await ensureUser({ ctx, input: operator });
  return createTeam({ ctx, input: { name: firstTeamName, ownerId: owner.id, plan: 'enterprise' } });
}

async function isPersonal(ctx: Context, { id: teamId, ownerId }: Team): Promise<boolean> {
  const managers = await listManagers({ ctx, input: { teamId } });
  return managers.some(({ userId, email }) => userId === ownerId && email !== operator.email);
}

async function holdsKey(ctx: Context, keyFile: KeyFile): Promise<boolean> {
  const key = await readFile(keyFile.path, 'utf8').catch(() => '');
  const authenticator = new KeyAuthenticator({ db: ctx.db, clock: ctx.clock, log: ctx.log });
  const works = await authenticator.authenticate(key.trim(), null).then(
    () => true,
    () => false,
  );
  await authenticator.close();
  return works;
}

async function writeKeyFile(path: string, key: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const fresh = `${path}.${process.pid}`;
  await writeFile(fresh, `${key}\n`, { mode: 0o600 });
  // The mode above does not hold where the file exists already.
  await chmod(fresh, 0o600);
  await rename(fresh, path);
}
