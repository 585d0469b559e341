import { afterAll, beforeAll, expect, it } from 'vitest';
import { findFreePort } from '../src/platform/free-port.ts';
import { formatId } from '../src/platform/ids.ts';
import type { JobHandler } from '../src/platform/queue/index.ts';
import { freshText } from './fresh-text.ts';
import { LiveCaller } from './live-caller.ts';
import { Roles } from './roles.ts';
import { eventually } from './support/eventually.ts';
import { createTenant, type Tenant } from './support/factories.ts';
import { growth, type Scrape, scrape } from './support/scrape.ts';
import { type StandInWorker, serveStandIn } from './support/stand-in-worker.ts';
import { speak } from './support/test-synthesis.ts';
import { untilAborted } from './support/until-aborted.ts';

let roles: Roles;
let metricsUrl: string;
let worker: StandInWorker;
/** What the worker does with a job. */
let handler: JobHandler = speak;

beforeAll(async () => {
  const port = await findFreePort();
  metricsUrl = `http://127.0.0.1:${port}/metrics`;
  roles = await Roles.prepare({ METRICS_PORT: String(port), LOG_LEVEL: 'fatal' });
  await roles.startApi();
  worker = serveStandIn(roles, (payload, signal) => handler(payload, signal));
  await roles.ready();
});

afterAll(async () => {
  await worker?.close(0);
  await roles?.stop();
});

/** What the series have grown by once `work` is over and `isTold` holds. */
async function grown(
  work: () => Promise<unknown>,
  isTold: (by: (series: string) => number) => boolean,
): Promise<(series: string) => number> {
  const before = await scrape(metricsUrl);
  await work();
  let by = growth(before, before);
  await eventually(async () => {
    by = growth(before, await scrape(metricsUrl));
    expect(isTold(by)).toBe(true);
  });
  return by;
}

function ask(
  tenant: Tenant,
  body: object,
  { path = '/v1/generate', signal }: { path?: string; signal?: AbortSignal } = {},
): Promise<Response> {
  return fetch(`${roles.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tenant.key.key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...(signal ? { signal } : {}),
  });
}

function requests(status: number, key: string): string {
  return `voiceflow_tts_requests_total{status="${status}",key_id="${key}"}`;
}

const keyOf = (tenant: Tenant) => formatId('key', tenant.key.id);
const connections =
  'voiceflow_http_requests_total{method="GET",route="/v1/generate/ws",status="101"}';
const overall = 'voiceflow_tts_request_duration_seconds_count';

it('counts speech by status and key, how long it took, and how it was served', async () => {
  const tenant = await createTenant(roles.database.db);
  const text = freshText();
  const by = await grown(
    async () => {
      for (const path of ['/v1/generate', '/v1/generate', '/v1/generate/stream']) {
        const response = await ask(tenant, { text }, { path });
        expect(await response.text()).toBe('audio');
      }
      await ask(tenant, { text, speed: 99 });
      await fetch(`${roles.url}/v1/generate`, { method: 'POST' });
    },
    (by) => by(overall) === 5,
  );
  const told = {
    [requests(200, keyOf(tenant))]: 3,
    [requests(400, keyOf(tenant))]: 1,
    [requests(401, 'none')]: 1,
    'voiceflow_tts_cache_requests_total{result="miss"}': 1,
    'voiceflow_tts_cache_requests_total{result="hit"}': 2,
    voiceflow_tts_audio_duration_seconds_count: 1,
    voiceflow_tts_audio_duration_seconds_sum: 1,
    voiceflow_tts_real_time_factor_sum: 1,
    'voiceflow_tts_first_audio_seconds_count{cache="hit"}': 1,
    'voiceflow_queue_wait_seconds_count{tier="free"}': 1,
    'voiceflow_http_requests_total{method="POST",route="/v1/generate",status="200"}': 2,
    voiceflow_http_request_duration_seconds_count: 0,
  };
  expect(Object.fromEntries(Object.keys(told).map((series) => [series, by(series)]))).toEqual(told);
});

it('counts what failed, before its first byte and behind it, and who left', async () => {
  const tenant = await createTenant(roles.database.db);
  const by = await grown(
    async () => {
      handler = fails;
      expect((await ask(tenant, { text: freshText() })).status).toBe(500);
      handler = failsMidway;
      const broken = await ask(tenant, { text: freshText() }, { path: '/v1/generate/stream' });
      expect(broken.status).toBe(200);
      await expect(broken.text()).rejects.toThrow();
      handler = lastsForEver;
      const leaving = new AbortController();
      const endless = await ask(
        tenant,
        { text: freshText() },
        { path: '/v1/generate/stream', signal: leaving.signal },
      );
      expect(endless.status).toBe(200);
      leaving.abort();
      handler = speak;
    },
    (by) => by(overall) === 3,
  );
  const told = {
    [requests(200, keyOf(tenant))]: 0,
    [requests(500, keyOf(tenant))]: 2,
    [requests(499, keyOf(tenant))]: 1,
    'voiceflow_tts_errors_total{code="synthesis_failed"}': 2,
    'voiceflow_tts_first_audio_seconds_count{cache="miss"}': 2,
    voiceflow_tts_audio_duration_seconds_count: 0,
  };
  expect(Object.fromEntries(Object.keys(told).map((series) => [series, by(series)]))).toEqual(told);
});

it('counts texts that are said as they are written, and not how long their writer took', async () => {
  const tenant = await createTenant(roles.database.db);
  const by = await grown(
    async () => {
      const caller = await LiveCaller.open({ url: roles.url, key: tenant.key.key });
      caller.say({ type: 'open', context_id: 'a' });
      caller.say({ type: 'text', context_id: 'a', text: freshText() });
      caller.say({ type: 'close', context_id: 'a' });
      await caller.hear('done', 'a');
      caller.say({ type: 'open', context_id: 'b' });
      await caller.hear('opened', 'b');
      caller.say({ type: 'cancel', context_id: 'b' });
      caller.say({ type: 'open', context_id: 'c', voice: 'nobody' });
      await caller.hear('error', 'c');
      caller.close();
    },
    (by) => by(connections) === 1 && by(requests(499, keyOf(tenant))) === 1,
  );
  const told = {
    [requests(200, keyOf(tenant))]: 1,
    [requests(400, keyOf(tenant))]: 1,
    [overall]: 0,
    'voiceflow_tts_first_audio_seconds_count{cache="miss"}': 1,
    voiceflow_http_request_duration_seconds_count: 0,
  };
  expect(Object.fromEntries(Object.keys(told).map((series) => [series, by(series)]))).toEqual(told);
});

it('tells how queue, workers, database and deployments stand', async () => {
  const tenant = await createTenant(roles.database.db);
  const hourly = { team_id: tenant.teamId, name: 'gpu', status: 'running' };
  await roles.database.db
    .insertInto('deployments')
    .values([
      { ...hourly, hourly_cost: '1.2500' },
      { ...hourly, hourly_cost: '2.0000' },
      { ...hourly, hourly_cost: '9.0000', status: 'stopped' },
    ])
    .execute();
  const leaving = new AbortController();
  handler = lastsForEver;
  const { signal } = leaving;
  const asked = [1, 2, 3].map(() => ask(tenant, { text: freshText() }, { signal }));
  const figures = {
    'voiceflow_queue_depth{tier="free"}': 2,
    'voiceflow_queue_depth{tier="enterprise"}': 0,
    voiceflow_queue_running_jobs: 1,
    voiceflow_workers_ready: 1,
    'voiceflow_database_connections_max{process="api"}': 10,
    voiceflow_active_deployments: 2,
    voiceflow_deployment_cost_per_hour: 3.25,
  };
  let told: Scrape = new Map();
  await eventually(async () => {
    told = await scrape(metricsUrl);
    expect(Object.fromEntries(Object.keys(figures).map((name) => [name, told.get(name)]))).toEqual(
      figures,
    );
  });
  leaving.abort();
  await Promise.allSettled(asked);
  handler = speak;
  const names = [...told.keys()];
  expect(told.get('voiceflow_queue_oldest_wait_seconds{tier="free"}')).toBeGreaterThan(0);
  expect(told.get('process_resident_memory_bytes{process="api"}')).toBeGreaterThan(1e7);
  expect(told.get('nodejs_eventloop_lag_p99_seconds{process="api"}')).toBeGreaterThan(0);
  expect(names.filter((name) => /gpu|redis|^nodejs_active_\w+_total/.test(name))).toEqual([]);
});

async function* fails(): ReturnType<JobHandler> {
  yield* [];
  throw new Error('the model broke');
}

async function* failsMidway(): ReturnType<JobHandler> {
  yield* beginning();
  throw new Error('the model broke');
}

async function* lastsForEver(_payload: unknown, signal: AbortSignal): ReturnType<JobHandler> {
  yield* beginning();
  await untilAborted(signal);
}

async function* beginning(): ReturnType<JobHandler> {
  const started = { normalisedText: '', contentType: 'audio/wav', extension: 'wav' };
  yield { type: 'event', event: 'started', data: started };
  yield { type: 'bytes', bytes: Buffer.from('au') };
}
