import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import { silentLog } from '../../platform/log.ts';
import { LiveConnection } from './live-connection.ts';
import type { SynthesisServices } from './speech-preparation.ts';

const nothing = (): never => {
  throw new Error('nothing is said here');
};
const services: SynthesisServices = {
  get maker() {
    return nothing();
  },
  get metrics() {
    return nothing();
  },
  get orders() {
    return nothing();
  },
  get budgets() {
    return nothing();
  },
  get completions() {
    return nothing();
  },
  get allowances() {
    return nothing();
  },
  get connections() {
    return nothing();
  },
};

let server: WebSocketServer;

beforeEach(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
});
afterEach(() => {
  for (const client of server.clients) client.terminate();
  server.close();
});

function serve(options: { beatMs: number; idleMs: number }): void {
  server.on('connection', (socket) => {
    new LiveConnection({
      socket,
      services,
      admit: nothing,
      recheck: nothing,
      requestId: 'r',
      log: silentLog,
      ...options,
    });
  });
}

function connect(options: WebSocket.ClientOptions = {}): WebSocket {
  const address = server.address();
  const port = isAddress(address) ? address.port : 0;
  return new WebSocket(`ws://127.0.0.1:${port}`, options);
}

function isAddress(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}

test('a connection on which nothing happens is told so and closed', async () => {
  // By the first beat, which asks for an answer and waits for none.
  serve({ beatMs: 50, idleMs: 20 });
  const socket = connect();
  const closed = once(socket, 'close');
  const [data] = await once(socket, 'message');
  expect(JSON.parse(String(data))).toEqual({ type: 'closing', reason: 'idle', idle_seconds: 0.02 });
  expect((await closed)[0]).toBe(4408);
});

test('one whose other end does not answer is dropped', async () => {
  serve({ beatMs: 50, idleMs: 60_000 });
  const socket = connect({ autoPong: false });
  expect((await once(socket, 'close'))[0]).toBe(1006);
});
