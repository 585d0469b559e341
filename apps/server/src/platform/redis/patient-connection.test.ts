import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { eventually } from '../../../tests/support/eventually.ts';
import { RedisServer } from '../../../tests/support/redis-server.ts';
import { TcpProxy } from '../../../tests/support/tcp-proxy.ts';
import { createLog, silentLog } from '../log.ts';
import { openPatientConnection } from './patient-connection.ts';

let server: RedisServer;

beforeEach(async () => {
  server = await RedisServer.start();
});

afterEach(() => server?.stop());

/** Passes everything on to Redis but probes, which are never answered. */
async function swallowProbes() {
  const probed = Promise.withResolvers<void>();
  const proxy = createServer((socket) => {
    const upstream = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.on('data', (chunk) => {
      if (String(chunk).includes('probe')) probed.resolve();
      else upstream.write(chunk);
    });
    socket.on('close', () => upstream.destroy());
    upstream.pipe(socket);
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  const { port } = z.object({ port: z.number() }).parse(proxy.address());
  return { url: `redis://127.0.0.1:${port}`, probed: probed.promise, close: () => proxy.close() };
}

test('who closes it hears nothing of what was under way', async () => {
  const lines: string[] = [];
  const log = createLog({ role: 'test', level: 'info' }, { write: (line) => lines.push(line) });
  const proxy = await swallowProbes();
  const client = await openPatientConnection({ url: proxy.url, log });
  await client.exists('anything');
  await proxy.probed;
  const behindTheProbe = client.exists('anything');
  client.destroy();
  await expect(behindTheProbe).rejects.toThrow();
  expect(lines).toEqual([]);
  proxy.close();
});

test('where the master became a replica, its address is asked anew', async () => {
  const next = await RedisServer.start();
  const way = await TcpProxy.start(server.url);
  try {
    const client = await openPatientConnection({ url: way.url, log: silentLog });
    await client.set('on', 'the first');
    way.leadTo(next.url);
    const old = await server.connect();
    await old.sendCommand(['REPLICAOF', '127.0.0.1', new URL(next.url).port]);
    old.destroy();
    await eventually(() => client.set('on', 'the next'));
    client.destroy();
  } finally {
    way.close();
    await next.stop();
  }
});
