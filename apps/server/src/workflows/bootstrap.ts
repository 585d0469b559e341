import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ensureUser } from '../domains/identity/index.ts';
import { issueKey, KeyAuthenticator } from '../domains/keys/index.ts';
import { createTeam, getFirstTeam, type Team } from '../domains/teams/index.ts';
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
}

const operator = { email: 'operator@localhost', name: 'Operator' };
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
    await lockUntilCommit(ctx.db, lockKey);
    const known = await getFirstTeam({ ctx });
    const { keyFile } = input;
    const keyFileWorks = known !== undefined && keyFile !== null && (await holdsKey(ctx, keyFile));
    if (known && (keyFileWorks || !keyFile?.renew)) return { newKey: null, keyFileWorks };
    const team = known ?? (await createFirstTeam(ctx));
    const { key } = await issueKey({
      ctx,
      input: { teamId: team.id, createdBy: team.ownerId, name: 'First key', mode: 'live' },
    });
    if (keyFile) await writeKeyFile(keyFile.path, key);
    return { newKey: key, keyFileWorks: keyFile !== null };
  });
}

async function createFirstTeam(ctx: Context): Promise<Team> {
  const owner = await ensureUser({ ctx, input: operator });
  return createTeam({ ctx, input: { name: firstTeamName, ownerId: owner.id, plan: 'enterprise' } });
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
