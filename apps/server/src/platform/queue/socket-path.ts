import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** A Unix socket's address holds 107 bytes on Linux and 103 on macOS. */
const maxPathBytes = 100;

/** Where the api listens for workers: `run/queue.sock` under `home`, or a short stand-in for it. */
export function queueSocketPath(home: string): string {
  const path = resolve(home, 'run', 'queue.sock');
  if (Buffer.byteLength(path) <= maxPathBytes) return path;
  const name = createHash('sha256').update(path).digest('hex').slice(0, 16);
  return join(tmpdir(), `voiceflow-${name}`, 'queue.sock');
}
