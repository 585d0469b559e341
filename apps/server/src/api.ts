import { join, resolve } from 'node:path';
import { openAccounts } from './account-services.ts';
import { createApiApp } from './api-app.ts';
import { openApiMetrics } from './api-metrics.ts';
import { AccessRecorder } from './domains/audit/index.ts';
import { ClientTokens, openBudgets } from './domains/client-tokens/index.ts';
import { openLocalSessions } from './domains/identity/index.ts';
import { KeyAuthenticator } from './domains/keys/index.ts';
import { openSignedRequests } from './domains/signing/index.ts';
import {
  AudioCache,
  keepDeadLetter,
  openCompletions,
  openSpeechOrders,
  SpeechMaker,
} from './domains/synthesis/index.ts';
import { getFirstTeam } from './domains/teams/index.ts';
import { RequestAllowances, SpeechAllowances, TeamPlans } from './domains/usage/index.ts';
import { readEnv } from './env.ts';
import { systemClock } from './platform/clock.ts';
import type { Context } from './platform/context.ts';
import { openDatabase } from './platform/database/database.ts';
import { drain, findUnready, serveWebApp } from './platform/http/index.ts';
import {
  MemoryPlaces,
  MemoryRateLimiter,
  RedisPlaces,
  RedisRateLimiter,
} from './platform/limits/index.ts';
import { createLog } from './platform/log.ts';
import { QueueMetrics } from './platform/queue/index.ts';
import { Redis } from './platform/redis/index.ts';
import { MemoryCache, RedisCache } from './platform/shared-cache/index.ts';
import { MemoryReplayGuard, RedisReplayGuard } from './platform/signatures/index.ts';
import { stopWithParent } from './platform/supervisor/role-lifecycle.ts';
import { openProcessMetrics } from './process-metrics.ts';
import { openProcessTracer } from './process-tracer.ts';
import { openQueue } from './queue-services.ts';
import { webPages } from './web-pages.ts';
import { createLocalAuthenticator } from './workflows/user-authenticator.ts';

const mebibyte = 1024 * 1024;
/** Of speech, to a reader who takes it as it is heard. */
const longestStreamSeconds = 600;

const env = readEnv();
const clock = systemClock;
const log = createLog({ role: 'api', level: env.LOG_LEVEL });
const db = openDatabase({
  url: env.DATABASE_URL ?? '',
  log,
  poolSize: env.DATABASE_POOL_SIZE,
  // Requests wait out a restart of the database.
  reconnectTimeoutMs: 10_000,
});
const processMetrics = openProcessMetrics({ env, log, role: 'api' });
const tracer = await openProcessTracer(env, processMetrics.process);
const queueMetrics = new QueueMetrics(processMetrics.registry);
const queue = await openQueue({
  env,
  log,
  keepDeadLetter: (letter) => keepDeadLetter({ ctx: system, input: letter }),
  onTaken: (lease) => queueMetrics.taken(lease),
});
queueMetrics.watch(queue);
const cache = await AudioCache.open({
  dir: join(env.VOICEFLOW_HOME, 'cache'),
  maxDiskBytes: env.CACHE_MAX_MB * mebibyte,
  maxMemoryBytes: env.CACHE_MEMORY_MB * mebibyte,
});
const redis = env.REDIS_URL ? await Redis.open({ url: env.REDIS_URL, log }) : undefined;
const metrics = openApiMetrics({ ...processMetrics, db, redis, queue });
const cacheOfAnswers = redis ? new RedisCache({ redis, clock }) : new MemoryCache({ clock });
const system: Context = {
  actor: { kind: 'system' },
  requestId: 'api',
  db,
  clock,
  log,
  ip: null,
  userAgent: null,
  cache: cacheOfAnswers,
};
const keys = new KeyAuthenticator({ db, clock, log, cache: cacheOfAnswers });
const clientTokens = new ClientTokens({ db, clock, cache: cacheOfAnswers });
const memoryLimiter = new MemoryRateLimiter();
const plans = new TeamPlans(system);
const allowances = new RequestAllowances({
  plans,
  keyLimits: {
    free: env.RATE_LIMIT_FREE_PER_MINUTE,
    pro: env.RATE_LIMIT_PRO_PER_MINUTE,
    enterprise: env.RATE_LIMIT_ENTERPRISE_PER_MINUTE,
  },
});
const failureLimit = env.RATE_LIMIT_FAILURES_PER_MINUTE;
const accounts = await openAccounts({ db, clock, env });
const sessions = await openLocalSessions({ homeDir: env.VOICEFLOW_HOME, clock });

const memoryReplays = new MemoryReplayGuard({ clock });
const signatures = openSignedRequests({
  db,
  cache: cacheOfAnswers,
  box: accounts.routes.box,
  replays: redis ? new RedisReplayGuard({ redis, fallback: memoryReplays }) : memoryReplays,
});

const access = new AccessRecorder(system);
const completions = openCompletions(system);

const app = await createApiApp({
  http: {
    db,
    clock,
    log,
    authenticators: {
      key: (token, ip) => keys.authenticate(token, ip),
      client: (token, origin) => clientTokens.authenticate(token, origin),
      accessToken: accounts.accessToken,
      session: createLocalAuthenticator({ db, sessions }),
    },
    signatures,
    isKnownOrigin: (origin) => clientTokens.isKnownOrigin(origin),
    access,
    cache: cacheOfAnswers,
    trustedProxies: env.TRUSTED_PROXIES,
    onRequestEnded: metrics.onRequestEnded,
    tracer,
    limits: {
      limiter: redis ? new RedisRateLimiter({ redis, fallback: memoryLimiter }) : memoryLimiter,
      allowanceOf: (actor) => allowances.of(actor),
      failures:
        failureLimit === 0 ? [] : [{ name: 'failures', limit: failureLimit, windowMs: 60_000 }],
    },
  },
  accounts: accounts.routes,
  teams: accounts.teams,
  sso: accounts.sso,
  mailbox: { open: env.VOICEFLOW_LOCAL_OPERATOR === 'on', db },
  synthesis: {
    maker: new SpeechMaker({ queue, cache, metrics: metrics.speech, tracer }),
    metrics: metrics.speech,
    completions,
    orders: openSpeechOrders(system),
    budgets: openBudgets(system),
    allowances: new SpeechAllowances({
      plans,
      concurrency: {
        free: env.CONCURRENCY_FREE,
        pro: env.CONCURRENCY_PRO,
        enterprise: env.CONCURRENCY_ENTERPRISE,
      },
      liveConnections: {
        free: env.LIVE_CONNECTIONS_FREE,
        pro: env.LIVE_CONNECTIONS_PRO,
        enterprise: env.LIVE_CONNECTIONS_ENTERPRISE,
      },
    }),
    connections: redis ? new RedisPlaces({ redis }) : new MemoryPlaces(),
  },
  unready: () => findUnready({ db, warmWorkers: () => queue.workers().length }),
});
await serveWebApp(app, {
  dir: resolve(import.meta.dirname, '../../web/dist'),
  pages: webPages,
  async localSession() {
    if (env.VOICEFLOW_LOCAL_OPERATOR !== 'on') return undefined;
    const team = await getFirstTeam({ ctx: system });
    if (!team) return undefined;
    const token = await sessions.create({ userId: team.ownerId, teamId: team.id, role: 'owner' });
    return { token, lifetimeSeconds: sessions.lifetimeSeconds };
  },
});

async function stop(hurry: AbortSignal): Promise<void> {
  await drain(app, hurry);
  await completions.settled();
  processMetrics.close();
  await access.close();
  await queue.close();
  await keys.close();
  redis?.close();
  await db.destroy();
  await tracer?.close();
}
stopWithParent(stop, { patienceMs: (env.DRAIN_SECONDS ?? longestStreamSeconds) * 1000 });

const url = await app.listen({ port: env.PORT, host: env.HOST });
processMetrics.markReady();
log.info({ url }, 'listening');
process.send?.({ listening: url });
