import { resolve } from 'node:path';
import { readEnv } from './env.ts';
import { prepareModels } from './start/prepare-models.ts';
import { runServer } from './start/run-server.ts';

await runServer({
  env: readEnv(),
  variables: process.env,
  roles: {
    apiEntry: resolve(import.meta.dirname, 'api.ts'),
    workerEntry: resolve(import.meta.dirname, 'worker.ts'),
    prepareModels,
  },
});
