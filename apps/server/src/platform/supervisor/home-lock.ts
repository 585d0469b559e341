import { once } from 'node:events';
import { mkdir, realpath, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { localAddressOf } from './local-address.ts';

/** Held by the one process that may run on a VOICEFLOW_HOME; the system frees it when it dies. */
export interface HomeLock {
  release(): Promise<void>;
}

/** Somebody else holds the lock. `owner` is what that process says of itself. */
export class HomeInUseError extends Error {
  readonly owner: string;

  constructor(homeDir: string, owner: string) {
    super(`VoiceFlow already runs on ${homeDir}${owner ? ` (${owner})` : ''}`);
    this.name = 'HomeInUseError';
    this.owner = owner;
  }
}

/**
 * Takes the lock on a folder, which is made when missing. `describeOwner` answers whoever finds it
 * taken. Throws HomeInUseError.
 */
export async function acquireHomeLock(
  homeDir: string,
  describeOwner: () => string,
): Promise<HomeLock> {
  await mkdir(homeDir, { recursive: true });
  const address = localAddressOf(await realpath(homeDir));
  for (let attempt = 1; ; attempt += 1) {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.end(describeOwner());
    });
    server.listen(address);
    const failure = await once(server, 'listening').then(
      () => undefined,
      (error: unknown) => error,
    );
    if (!failure) {
      server.unref();
      return {
        async release() {
          server.close();
          await once(server, 'close');
        },
      };
    }
    const owner = await askOwner(address);
    if (owner !== undefined || attempt === 3) throw new HomeInUseError(homeDir, owner ?? '');
    // Nobody answers: outside Linux, the socket file of a process that was killed.
    if (!address.startsWith('\0')) await rm(address, { force: true });
  }
}

/** What the process that runs on `homeDir` says of itself; undefined when none does. */
export async function findHomeOwner(homeDir: string): Promise<string | undefined> {
  const path = await realpath(homeDir).catch(() => homeDir);
  return askOwner(localAddressOf(path));
}

async function askOwner(address: string): Promise<string | undefined> {
  const socket = connect(address);
  socket.setTimeout(2_000, () => socket.destroy());
  try {
    await once(socket, 'connect');
    return await text(socket).catch(() => '');
  } catch {
    return undefined;
  }
}
