import { enableCompileCache } from 'node:module';
import { resolve } from 'node:path';
import { readEnv } from './env.ts';

const env = readEnv();
// Compiled code is kept beside the packages, for this process and those it forks: they start sooner
// and need no TypeScript compiler in memory (25 MB). Where nothing can be written, Node does without.
process.env.NODE_COMPILE_CACHE ??= resolve(
  import.meta.dirname,
  '../../../node_modules/.cache/voiceflow-code',
);
enableCompileCache(process.env.NODE_COMPILE_CACHE);

const { findPreparedModel, prepareModels } = await import('./start/prepare-models.ts');
const { runServer } = await import('./start/run-server.ts');

await runServer({
  env,
  variables: process.env,
  roles: {
    apiEntry: resolve(import.meta.dirname, 'api.ts'),
    workerEntry: resolve(import.meta.dirname, 'worker.ts'),
    jobsEntry: resolve(import.meta.dirname, 'jobs.ts'),
    findPreparedModel,
    prepareModels,
  },
});
