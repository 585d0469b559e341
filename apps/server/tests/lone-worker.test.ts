import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { testModelsDir } from '../../../packages/speech/src/assets/test-models.ts';
import { findFreePort } from '../src/platform/free-port.ts';
import { bytesOf, call } from './call.ts';
import { Roles } from './roles.ts';
import { eventually } from './support/eventually.ts';
import { scrape } from './support/scrape.ts';

const addressSchema: z.ZodType<Pick<AddressInfo, 'port'>> = z.object({ port: z.number() });

let mirror: Server;
let roles: Roles;
let operations: string;
const asked: string[] = [];
const busySeconds = 'voiceflow_worker_busy_seconds_total{process="worker"}';

beforeAll(async () => {
  mirror = createServer((request, response) => {
    const path = new URL(request.url ?? '', 'http://mirror').pathname;
    asked.push(path);
    pipeline(createReadStream(join(testModelsDir(), path)), response).catch(() =>
      response.destroy(),
    );
  });
  mirror.listen(0, '127.0.0.1');
  await once(mirror, 'listening');
  const { port } = addressSchema.parse(mirror.address());
  const metricsPort = await findFreePort();
  operations = `http://127.0.0.1:${metricsPort}`;
  roles = await Roles.prepare({
    KOKORO_MODEL_FILE: '',
    KOKORO_VARIANT: 'quantised',
    METRICS_PORT: String(metricsPort),
    VOICEFLOW_MODEL_MIRROR: `http://127.0.0.1:${port}`,
  });
  await unlink(join(roles.home, 'models'));
});

afterAll(async () => {
  await roles?.stop();
  mirror?.closeAllConnections();
  mirror?.close();
});

/** Undefined until there is an answer. */
async function statusOf(path: string): Promise<number | undefined> {
  const answer = await fetch(`${operations}${path}`).catch(() => undefined);
  await answer?.body?.cancel();
  return answer?.status;
}

test('a worker that no supervisor started fetches its model, says when it is ready, and serves', async () => {
  roles.startWorker();
  await eventually(async () => expect(await statusOf('/health/live')).toBe(200));
  expect(await statusOf('/health/ready')).toBe(503);
  await eventually(async () => expect(await statusOf('/health/ready')).toBe(200));
  expect(asked).toContain('/kokoro-v1.0-int8.onnx');

  await roles.startApi();
  await roles.ready();
  const busy = async () => (await scrape(`${operations}/metrics`)).get(busySeconds);
  expect(await busy()).toBe(0);
  const answer = await call(roles, '/v1/generate', { json: { text: 'All by myself.' } });
  expect(answer.status).toBe(200);
  expect((await bytesOf(answer)).subarray(0, 4).toString()).toBe('RIFF');
  expect(await busy()).toBeGreaterThan(0);
});
