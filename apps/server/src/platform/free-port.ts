import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Where systems hand out no ports by themselves (Linux from 32768, macOS and Windows from 49152; RFC
 * 6335 names 49152), so that no outgoing connection takes the port before its owner listens.
 */
const from = 20_000;
const below = 30_000;
const attempts = 100;

/** A port that nobody listens on at this moment, nor is given by chance soon after. */
export async function findFreePort(): Promise<number> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const port = randomInt(from, below);
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port between ${from} and ${below}`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
