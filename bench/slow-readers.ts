import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from '../apps/server/src/platform/free-port.ts';
import { Roles } from '../apps/server/tests/roles.ts';
import { serveStandIn } from '../apps/server/tests/support/stand-in-worker.ts';
import { atMost, type Result } from './result.ts';

const readers = 1000;
const atOnce = 50;
/** Each keeps 16 streams open whose readers are slow. */
const workers = 64;
const pieceBytes = 64 * 1024;
/** Nearly three minutes of WAV: more than the system holds on its way to a reader, which is 5 MB. */
const pieces = 128;
const readBytesPerSecond = 4096;
const measuredSeconds = 20;

/** A worker that makes noise faster than any engine: what is measured is who holds it. */
async function* makeNoise() {
  yield {
    type: 'event' as const,
    event: 'started',
    data: { normalisedText: 'noise', contentType: 'audio/pcm', extension: 'pcm' },
  };
  for (let piece = 0; piece < pieces; piece++) {
    yield { type: 'bytes' as const, bytes: Buffer.alloc(pieceBytes, piece) };
  }
  yield {
    type: 'event' as const,
    event: 'done',
    data: { audioSeconds: 1, computeSeconds: 1, unspokenWords: 0, patches: [] },
  };
}

/** Takes what a stream begins with, and from then on a little every second. */
async function readSlowly(roles: Roles, text: string): Promise<Socket> {
  const socket = roles.openStream(text);
  socket.on('error', () => {});
  await new Promise<void>((resolve, reject) => {
    socket.on('readable', resolve);
    socket.once('close', () => reject(new Error('a stream was closed')));
  });
  const head = String(socket.read(12));
  if (head !== 'HTTP/1.1 200') throw new Error(`a stream was answered with ${head}`);
  const timer = setInterval(() => socket.read(readBytesPerSecond), 1000);
  socket.once('close', () => clearInterval(timer));
  return socket;
}

/** The memory of the API and the delays of its event loop while 1,000 streams are read slowly. */
export async function benchSlowReaders(): Promise<Result[]> {
  const metricsPort = await findFreePort();
  const roles = await Roles.prepare({
    METRICS_PORT: `${metricsPort}`,
    // Whoever leaves a stream in the middle is worth a warning elsewhere.
    LOG_LEVEL: 'fatal',
    QUEUE_MAX_WAITING: `${readers}`,
  });
  const api = await roles.startApi();
  const serving = Array.from({ length: workers }, () => serveStandIn(roles, makeNoise));
  const sockets: Socket[] = [];
  /** The 99th percentile since it was asked for last. */
  async function readLoopDelay(): Promise<number> {
    const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    return Number(/^nodejs_eventloop_lag_p99_seconds\S* (\S+)$/m.exec(text)?.[1]) * 1000;
  }
  try {
    await roles.ready();
    for (let opened = 0; opened < readers; opened += atOnce) {
      const batch = Array.from({ length: atOnce }, (_, index) =>
        readSlowly(roles, `Stream number ${opened + index}.`),
      );
      sockets.push(...(await Promise.all(batch)));
    }
    await readLoopDelay();
    await sleep(measuredSeconds * 1000);
    const delayMs = await readLoopDelay();
    const status = readFileSync(`/proc/${api.pid}/status`, 'utf8');
    const megabytes = (Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) * 1024) / 1e6;
    const open = sockets.filter(({ destroyed }) => !destroyed).length;
    if (open < readers) throw new Error(`only ${open} streams stayed open`);
    const row = { benchmark: 'streams', peer: '' };
    return [
      {
        ...row,
        name: `API process with ${readers} streams open to slow readers`,
        ours: `${megabytes.toFixed(0)} MB`,
        ...atMost(megabytes, 500),
        ratio: '',
      },
      {
        ...row,
        name: 'the 99th of 100 delays of its event loop meanwhile',
        ours: `${delayMs.toFixed(0)} ms`,
        ...atMost(delayMs, 50),
        ratio: '',
      },
    ];
  } finally {
    for (const socket of sockets) socket.destroy();
    await Promise.all(serving.map((worker) => worker.close(0)));
    await roles.stop();
  }
}
