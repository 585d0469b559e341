import { readEnv } from './env.ts';
import { systemClock } from './platform/clock.ts';
import { openDatabase } from './platform/database/database.ts';
import { addPoolMetrics } from './platform/database/pool-metrics.ts';
import { openJobRunner } from './platform/jobs/index.ts';
import { createLog } from './platform/log.ts';
import { openMailSender } from './platform/mail/index.ts';
import { addRedisMetrics, Redis } from './platform/redis/index.ts';
import { openSecretBox } from './platform/secret-box.ts';
import { RedisCache } from './platform/shared-cache/index.ts';
import { stopWithParent } from './platform/supervisor/role-lifecycle.ts';
import { createSystemContext } from './platform/system-context.ts';
import { openProcessMetrics } from './process-metrics.ts';
import { publicUrlOf } from './public-url.ts';
import { eventHandlers } from './workflows/event-handlers.ts';
import { periodicJobs } from './workflows/periodic-jobs.ts';

const env = readEnv();
if (!env.DATABASE_URL) {
  process.stderr.write('jobs: set DATABASE_URL (npm start sets it for the embedded database)\n');
  process.exit(78);
}
const log = createLog({ role: 'jobs', level: env.LOG_LEVEL });
const cleanUps: (() => Promise<void>)[] = [];
stopWithParent(async () => {
  for (const cleanUp of cleanUps.reverse()) await cleanUp();
});

const db = openDatabase({
  url: env.DATABASE_URL,
  log,
  poolSize: 4,
  applicationName: 'voiceflow jobs',
  reconnectTimeoutMs: 10_000,
});
cleanUps.push(() => db.destroy());
const metrics = openProcessMetrics({ env, log, role: 'jobs' });
cleanUps.push(async () => metrics.close());
addPoolMetrics(metrics.registry, { db, process: metrics.process });
const redis = env.REDIS_URL ? await Redis.open({ url: env.REDIS_URL, log }) : undefined;
cleanUps.push(async () => redis?.close());
if (redis) addRedisMetrics(metrics.registry, { redis, process: metrics.process });
/** What jobs make untrue the API forgets at once; without Redis it asks the database each second. */
const cache = redis && new RedisCache({ redis, clock: systemClock });
const createContext = () => createSystemContext({ db, log, cache });

const smtp = env.SMTP_URL === undefined ? undefined : { url: env.SMTP_URL, from: env.MAIL_FROM };
const mail = openMailSender({ db, clock: createContext().clock, log, smtp });
cleanUps.push(() => mail.close());
mail.start();

const box = await openSecretBox({ homeDir: env.VOICEFLOW_HOME, secret: env.VOICEFLOW_SECRET });
const publicUrl = publicUrlOf(env);
const runner = await openJobRunner({
  databaseUrl: env.DATABASE_URL,
  createContext,
  periodicJobs: periodicJobs({
    deadLetterDays: env.DEAD_LETTER_DAYS,
    mail,
    keys: { box, publicUrl },
  }),
  eventHandlers: eventHandlers({
    webhooks: {
      box,
      publicUrl,
      allowLoopback: env.VOICEFLOW_LOCAL_OPERATOR === 'on',
    },
  }),
});
cleanUps.push(() => runner.close());
metrics.markReady();
log.info({}, 'doing jobs');
