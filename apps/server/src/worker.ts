import { join } from 'node:path';
import { Speaker } from '@voiceflow/speech';
import {
  addWorkMetrics,
  createPieceAssistant,
  createSynthesisHandler,
  type WorkerInfo,
  watchJobs,
  watchPieces,
} from './domains/synthesis/worker.ts';
import { readEnv } from './env.ts';
import { createLog } from './platform/log.ts';
import { addGpuMetrics } from './platform/metrics/index.ts';
import { addRedisMetrics } from './platform/redis/index.ts';
import { stopWithParent } from './platform/supervisor/role-lifecycle.ts';
import { openProcessMetrics } from './process-metrics.ts';
import { openProcessTracer } from './process-tracer.ts';
import { serveJobs } from './queue-services.ts';
import { prepareModels } from './start/prepare-models.ts';
import { openLogTerminal } from './start/terminal.ts';

/** How long an open job may take to end when this process is told to. */
const graceMs = 5_000;
/** The shortest speech that has the model compute as for any other: the first run is the slow one. */
const warmUpSpeech = { text: 'Oh.', voice: 'af_heart', speed: 2, locale: 'en-US' } as const;

const env = readEnv();
const log = createLog({ role: 'worker', level: env.LOG_LEVEL });
const stopping = new AbortController();
const cleanUps: (() => Promise<void>)[] = [];
stopWithParent(async () => {
  stopping.abort();
  for (const cleanUp of cleanUps.reverse()) await cleanUp();
});
const metrics = openProcessMetrics({ env, log, role: 'worker' });
cleanUps.push(async () => metrics.close());
const tracer = await openProcessTracer(env, metrics.process);
cleanUps.push(async () => tracer?.close());
const work = addWorkMetrics(metrics);
// Beside others under one supervisor, which looks at the machine itself, it leaves them out.
if (env.METRICS_PORT !== 'off') addGpuMetrics(metrics.registry);

// A supervisor has prepared one for all its workers; where there is none, each prepares its own.
const modelFile =
  env.KOKORO_MODEL_FILE ?? (await prepareModels(env, openLogTerminal(log), stopping.signal));
const speaker = await Speaker.open({
  modelsDir: join(env.VOICEFLOW_HOME, 'models'),
  modelFile,
  threads: env.WORKER_THREADS,
});
cleanUps.push(() => speaker.close());

const startedMs = performance.now();
const speech = await speaker.speak(warmUpSpeech, stopping.signal);
for await (const _ of speech.chunks);
const info: WorkerInfo = {
  modelId: speaker.modelId,
  warmUpSeconds: (performance.now() - startedMs) / 1000,
};
log.info(info, 'warmed up');

const serving = await serveJobs({
  env,
  log,
  version: speaker.modelId,
  info,
  handler: watchJobs(createSynthesisHandler(speaker, { onComputed: work.computed }), {
    log,
    tracer,
  }),
  assistHandler: watchPieces(createPieceAssistant(speaker, { onMade: work.assisted }), tracer),
});
cleanUps.push(() => serving.close(graceMs));
addRedisMetrics(metrics.registry, {
  process: metrics.process,
  queueIsReachable: () => serving.isReachable,
});
metrics.markReady();
