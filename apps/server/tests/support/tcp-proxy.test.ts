import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { eventually } from './eventually.ts';
import { TcpProxy } from './tcp-proxy.ts';

test('keeps the order of what is sent while its delay comes and goes', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = z.object({ port: z.number() }).parse(server.address());
  const proxy = await TcpProxy.start(`tcp://127.0.0.1:${port}`);
  const client = connect(Number(new URL(proxy.url).port), '127.0.0.1').setNoDelay();
  try {
    const [socket] = await once(server, 'connection');
    let heard = '';
    socket.on('data', (chunk: Buffer) => {
      heard += chunk;
    });
    const sent = Array.from({ length: 20 }, (_, number) => `${number};`);
    for (const [number, chunk] of sent.entries()) {
      proxy.delayMs = number % 2 === 0 ? 20 : 0;
      client.write(chunk);
      await sleep(2);
    }
    await eventually(() => expect(heard).toHaveLength(sent.join('').length));
    expect(heard).toBe(sent.join(''));
  } finally {
    client.destroy();
    proxy.close();
    server.close();
  }
});
