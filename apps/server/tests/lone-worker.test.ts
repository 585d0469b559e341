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
import { bytesOf, call } from './call.ts';
import { Roles } from './roles.ts';

const addressSchema: z.ZodType<Pick<AddressInfo, 'port'>> = z.object({ port: z.number() });

let mirror: Server;
let roles: Roles;
const asked: string[] = [];

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
  roles = await Roles.prepare({
    KOKORO_MODEL_FILE: '',
    KOKORO_VARIANT: 'quantised',
    VOICEFLOW_MODEL_MIRROR: `http://127.0.0.1:${port}`,
  });
  await unlink(join(roles.home, 'models'));
});

afterAll(async () => {
  await roles?.stop();
  mirror?.closeAllConnections();
  mirror?.close();
});

test('a worker that no supervisor started fetches its model and serves', async () => {
  await roles.startAll();
  expect(asked).toContain('/kokoro-v1.0-int8.onnx');
  const answer = await call(roles, '/v1/generate', { json: { text: 'All by myself.' } });
  expect(answer.status).toBe(200);
  expect((await bytesOf(answer)).subarray(0, 4).toString()).toBe('RIFF');
});
