import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findFreePort } from '../src/platform/free-port.ts';
import { bytesOf, call } from './call.ts';
import { Deployment, Load, readRequests } from './deployment.ts';
import { freshText } from './fresh-text.ts';
import { quickSoundOf } from './stand-ins/quick-speech.ts';
import { eventually } from './support/eventually.ts';
import { redisTroubles } from './support/redis-troubles.ts';
import { scrape } from './support/scrape.ts';

let deployment: Deployment;
const answered = new Map<string, string>();

beforeAll(async () => {
  deployment = await Deployment.start({ apis: 2, workers: 3, voice: 'quick' });
});

afterAll(() => deployment?.stop());

const callers = 4;
const assistedPieces = 'voiceflow_worker_assisted_pieces_total{process="worker"}';

/** Puts callers on the deployment for as long as `accident` takes, and a little longer. */
async function underLoad(accident: (load: Load) => Promise<unknown>): Promise<Load> {
  const load = new Load(deployment, callers);
  try {
    await load.more(5);
    await accident(load);
    await load.more(10);
  } finally {
    await load.stop();
  }
  for (const [id, text] of load.answered) answered.set(id, text);
  return load;
}

/** The cases of the table in `apps/docs/docs/operate/scale-out.md`, in its order. */
describe('under load', () => {
  test('a rolling restart of all processes: nothing fails', async () => {
    const load = await underLoad(async () => {
      for (const worker of [...deployment.workers]) await deployment.restartWorker(worker);
      for (const api of [...deployment.apis]) await deployment.restartApi(api);
    });
    expect(load.failures).toEqual([]);
  });

  test('a worker killed: nothing fails', async () => {
    const load = await underLoad(async (load) => {
      const [doomed] = deployment.workers.splice(0, 1);
      if (doomed) await deployment.roles.kill(doomed);
      await load.more(10);
      deployment.startWorker();
    });
    expect(load.failures).toEqual([]);
  });

  test('an api killed: its callers are cut off, and ask another one', async () => {
    const load = await underLoad(async (load) => {
      const [doomed] = deployment.apis.splice(0, 1);
      if (doomed) await deployment.roles.kill(doomed.process);
      await load.more(10);
      await deployment.startApi();
    });
    expect(load.failures.length).toBeLessThanOrEqual(4);
    for (const failure of load.failures)
      expect(failure).toMatch(/ECONNRESET|socket hang up|aborted/);
  });

  test('Redis restarted, its memory lost: nothing fails', async () => {
    const load = await underLoad(async () => {
      await deployment.redis.stop();
      await deployment.redis.start();
    });
    expect(load.failures).toEqual([]);
  });

  test('connections to Redis cut: nothing fails', async () => {
    const load = await underLoad(async (load) => {
      for (let times = 0; times < 5; times += 1) {
        deployment.wayToRedis.cut();
        await load.more(3);
      }
    });
    expect(load.failures).toEqual([]);
  });

  test.each(redisTroubles)('a Redis that %s: nothing fails', async (_what, trouble) => {
    const load = await underLoad(() => trouble(deployment.redis));
    expect(load.failures).toEqual([]);
  });

  test('PostgreSQL restarted: fails only what it was just doing, and can be sent again', async () => {
    const load = await underLoad(async () => {
      await deployment.postgres.stop();
      await deployment.postgres.startAgain();
    });
    expect(load.failures.length).toBeLessThanOrEqual(callers);
    for (const failure of load.failures) expect(failure).toMatch(/^503 .*"database_unavailable"/);
  });

  test('a slow network: nothing fails', async () => {
    const load = await underLoad(async (load) => {
      deployment.wayToRedis.delayMs = 10;
      deployment.wayToDatabase.delayMs = 10;
      await load.more(10);
      deployment.wayToRedis.delayMs = 0;
      deployment.wayToDatabase.delayMs = 0;
    });
    expect(load.failures).toEqual([]);
  });
});

test('what was answered is on the books, once, and nothing else counts', async () => {
  const booked = await readRequests(deployment.roles);
  expect(new Set(booked.filter(({ counted }) => counted > 0).map((row) => row.requestId))).toEqual(
    new Set(answered.keys()),
  );
  for (const { requestId, completed, counted } of booked) {
    const text = answered.get(requestId) ?? '';
    expect({ requestId, completed, counted }).toEqual({
      requestId,
      completed: 1,
      counted: text.length,
    });
  }
});

test('a stream cut off by a killed api goes on at another one', async () => {
  const { roles } = deployment;
  const [doomed, other] = deployment.apis;
  if (!doomed || !other) throw new Error('two apis are needed');
  const text = freshText();
  const at = ({ url }: { url: string }) => ({ url, key: roles.key });
  const response = await call(at(doomed), '/v1/generate/stream', { json: { text } });
  const id = response.headers.get('x-voiceflow-generation-id');
  const reader = response.body?.getReader();
  const first = Buffer.from((await reader?.read())?.value ?? []);
  await roles.kill(doomed.process);
  deployment.apis.splice(0, 1);
  await reader?.cancel().catch(() => {});
  const rest = await call(at(other), `/v1/generations/${id}/stream?offset=${first.length}`);
  expect(rest.status).toBe(200);
  expect(Buffer.concat([first, await bytesOf(rest)]).equals(quickSoundOf(text))).toBe(true);
});

test('real workers speak together over Redis, as they do over their sockets', {
  timeout: 400_000,
}, async () => {
  const real = await Deployment.start({ apis: 0, workers: 0, voice: 'real' });
  // A paragraph is a piece.
  const json = { text: 'The same words.\n\nBy two ways.\n\n'.repeat(4), speed: 2 };
  const headers = { 'x-request-id': 'the-same' };

  /** Two workers; the second is there before anything is asked for. */
  async function startWorkers(settings: Record<string, string>): Promise<() => Promise<void>> {
    const workers = [await findFreePort(), await findFreePort()].map((port) => ({
      metrics: `http://127.0.0.1:${port}`,
      process: real.roles.startWorker({ ...settings, METRICS_PORT: String(port) }),
    }));
    for (const { metrics } of workers) {
      const isReady = async () => (await fetch(`${metrics}/health/ready`)).ok;
      await eventually(async () => expect(await isReady()).toBe(true));
    }
    return async () => {
      const scrapes = await Promise.all(workers.map(({ metrics }) => scrape(`${metrics}/metrics`)));
      const pieces = scrapes.map((each) => each.get(assistedPieces) ?? 0);
      expect(Math.max(...pieces)).toBeGreaterThan(0);
      for (const worker of workers) await real.roles.kill(worker.process);
    };
  }

  try {
    const endInRedis = await startWorkers({});
    const { url } = await real.startApi();
    const to = { url, key: real.roles.key };
    const overRedis = await call(to, '/v1/generate', { json, headers });
    expect(overRedis.status).toBe(200);
    const bytes = await bytesOf(overRedis);
    await endInRedis();
    const embedded = { QUEUE: 'embedded' };
    await real.roles.startApi(embedded);
    const endEmbedded = await startWorkers(embedded);
    await real.roles.ready();
    const overSocket = await call(real.roles, '/v1/generate', { json, headers });
    expect(overSocket.headers.get('x-voiceflow-cache')).toBe('miss');
    expect((await bytesOf(overSocket)).equals(bytes)).toBe(true);
    await endEmbedded();
  } finally {
    await real.stop();
  }
});
