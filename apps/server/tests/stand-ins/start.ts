/** `start.ts` with stand-ins for the roles, and no model. */
import { resolve } from 'node:path';
import { readEnv } from '../../src/env.ts';
import { runServer } from '../../src/start/run-server.ts';

await runServer({
  env: readEnv(),
  variables: process.env,
  roles: {
    apiEntry: resolve(import.meta.dirname, 'api.ts'),
    workerEntry: resolve(import.meta.dirname, 'worker.ts'),
    jobsEntry: resolve(import.meta.dirname, 'jobs.ts'),
    findPreparedModel: async () => undefined,
    prepareModels: async () => '/no/such/model.onnx',
  },
});
