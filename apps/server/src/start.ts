import { enableCompileCache } from 'node:module';
import { join, resolve } from 'node:path';
import { readEnv } from './env.ts';

const env = readEnv();
// Compiled code is kept, for this process and those it forks: they start sooner and need no
// TypeScript compiler in memory.
process.env.NODE_COMPILE_CACHE ??= join(env.VOICEFLOW_HOME, 'code-cache');
enableCompileCache(process.env.NODE_COMPILE_CACHE);

const { prepareModels } = await import('./start/prepare-models.ts');
const { runServer } = await import('./start/run-server.ts');

await runServer({
  env,
  variables: process.env,
  roles: {
    apiEntry: resolve(import.meta.dirname, 'api.ts'),
    workerEntry: resolve(import.meta.dirname, 'worker.ts'),
    prepareModels,
  },
});
