import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { RedisServer } from '../../../tests/support/redis-server.ts';
import { createLog } from '../log.ts';
import { openPatientConnection } from './patient-connection.ts';

let server: RedisServer;

beforeEach(async () => {
  server = await RedisServer.start();
});

afterEach(() => server?.stop());

/** Passes everything on to Redis but pings, which are never answered. */
async function swallowPings() {
  const pinged = Promise.withResolvers<void>();
  const proxy = createServer((socket) => {
    const upstream = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.on('data', (chunk) => {
      if (String(chunk).includes('PING')) pinged.resolve();
      else upstream.write(chunk);
    });
    socket.on('close', () => upstream.destroy());
    upstream.pipe(socket);
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  const { port } = z.object({ port: z.number() }).parse(proxy.address());
  return { url: `redis://127.0.0.1:${port}`, pinged: pinged.promise, close: () => proxy.close() };
}

test('who closes it hears nothing of what was under way', async () => {
  const lines: string[] = [];
  const log = createLog({ role: 'test', level: 'info' }, { write: (line) => lines.push(line) });
  const proxy = await swallowPings();
  const client = await openPatientConnection({ url: proxy.url, log });
  await client.exists('anything');
  await proxy.pinged;
  const failed = once(client, 'error');
  client.destroy();
  await failed;
  expect(lines).toEqual([]);
  proxy.close();
});
