import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import { eventually } from '../../../tests/support/eventually.ts';
import { silentLog } from '../../platform/log.ts';
import { LiveConnection, type LiveConnectionOptions } from './live-connection.ts';
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
  server = new WebSocketServer({ port: 0, host: '127.0.0.1', autoPong: false });
  await once(server, 'listening');
});
afterEach(() => {
  for (const client of server.clients) client.terminate();
  server.close();
});

function serve(
  options: Pick<LiveConnectionOptions, 'beatMs' | 'idleMs'> & Partial<LiveConnectionOptions>,
): void {
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

test('any message keeps it, however little is said', async () => {
  let nowMs = 0;
  serve({ beatMs: 20, idleMs: 100, clock: () => nowMs });
  const socket = connect();
  await once(socket, 'open');
  const closed = once(socket, 'close');
  for (let times = 0; times < 5; times++) {
    socket.send('{"type":"ping"}');
    expect(String((await once(socket, 'message'))[0])).toBe('{"type":"pong"}');
    nowMs += 60;
    await once(socket, 'ping');
  }
  nowMs += 60;
  expect((await closed)[0]).toBe(4408);
});

test('one that has something to say is not idle', async () => {
  const admit = () => new Promise<never>(() => {});
  serve({ beatMs: 20, idleMs: 10, admit });
  const socket = connect();
  await once(socket, 'open');
  const closed = once(socket, 'close');
  socket.send('{"type":"open","context_id":"a"}');
  for (let beats = 0; beats < 5; beats++) await once(socket, 'ping');
  expect(socket.readyState).toBe(WebSocket.OPEN);
  socket.send('{"type":"cancel","context_id":"a"}');
  expect((await closed)[0]).toBe(4408);
});

test.each([
  ['messages', (socket: WebSocket) => socket.send(`{"type":"ping","${'x'.repeat(4_000)}":1}`)],
  ['pings', (socket: WebSocket) => socket.ping('x'.repeat(125))],
])('%s whose answers nobody takes are read no further, and none is lost', async (what, flood) => {
  serve({ beatMs: 60_000, idleMs: 60_000 });
  const accepted = once(server, 'connection');
  const socket = connect();
  await once(socket, 'open');
  const [served] = await accepted;
  socket.pause();
  const times = what === 'pings' ? 100_000 : 4_000;
  for (let sent = 0; sent < times; sent++) flood(socket);
  await eventually(() => expect(served.isPaused).toBe(true));
  let answers = 0;
  socket.on(what === 'pings' ? 'pong' : 'message', () => {
    answers += 1;
  });
  socket.resume();
  await eventually(() => expect(answers).toBe(times));
  expect(served.isPaused).toBe(false);
});
