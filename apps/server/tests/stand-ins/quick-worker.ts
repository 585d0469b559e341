/** A worker as the real one, but for the model: what it makes of a text is known beforehand. */
import { readEnv } from '../../src/env.ts';
import { createLog } from '../../src/platform/log.ts';
import { stopWithParent } from '../../src/platform/supervisor/role-lifecycle.ts';
import { serveJobs } from '../../src/queue-services.ts';
import { quickSpeech } from './quick-speech.ts';

const env = readEnv();
const serving = await serveJobs({
  env,
  log: createLog({ role: 'worker', level: env.LOG_LEVEL }),
  version: 'quick',
  info: { modelId: 'quick', warmUpSeconds: 0 },
  handler: quickSpeech,
});
stopWithParent(() => serving.close(5_000));
process.send?.({ serving: true });
