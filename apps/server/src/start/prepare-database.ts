import { join } from 'node:path';
import type { Env } from '../env.ts';
import { superviseEmbeddedPostgres } from '../platform/supervisor/supervised-postgres.ts';
import type { BootstrapResult, KeyFile } from '../workflows/bootstrap.ts';

export interface PreparedDatabase {
  readonly url: string;
  readonly firstKey: BootstrapResult & { readonly keyFile: string | null };
  stop(): Promise<void>;
}

/** A database that is reachable, up to date and has a first key: the embedded one, or DATABASE_URL's. */
export async function prepareDatabase(
  env: Env,
  onProblem: (problem: string) => void,
): Promise<PreparedDatabase> {
  const [server, { setUpDatabase }] = await Promise.all([
    env.DATABASE_URL
      ? { url: env.DATABASE_URL, stop: async () => {} }
      : superviseEmbeddedPostgres(embeddedPostgresOptions(env), onProblem),
    // It takes longer to load than PostgreSQL to start.
    import('./set-up-database.ts'),
  ]);
  try {
    const keyFile = keyFileOf(env);
    const firstKey = await setUpDatabase(server.url, keyFile);
    return { ...server, firstKey: { ...firstKey, keyFile: keyFile?.path ?? null } };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

export function embeddedPostgresOptions(env: Env) {
  return {
    clusterDir: join(env.VOICEFLOW_HOME, 'postgres'),
    logFile: join(env.VOICEFLOW_HOME, 'logs', 'postgres.log'),
  };
}

function keyFileOf(env: Env): KeyFile | null {
  const asked = env.VOICEFLOW_BOOTSTRAP_KEY_FILE;
  if (asked) return { path: asked, renew: true };
  // On a machine of one's own the key is kept where the database's password lies as well.
  return env.DATABASE_URL ? null : { path: join(env.VOICEFLOW_HOME, 'first-key'), renew: false };
}
