import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@redis/client';
import { findFreePort } from '../../src/platform/free-port.ts';
import { createId } from '../../src/platform/ids.ts';
import { silentLog } from '../../src/platform/log.ts';
import { Redis } from '../../src/platform/redis/index.ts';

const startTimeoutMs = 60_000;
/** A busy machine may let this Redis wait for longer than one of a deployment ever would. */
const replyTimeoutMs = 60_000;

/** They go with this process, also where a test that failed did not stop them. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** A real Redis of the test's own, empty, which saves nothing unless it is told to. */
export class RedisServer {
  readonly url: string;
  readonly #port: number;
  readonly #folder = join(tmpdir(), `vf-redis-${createId()}`);
  #child: ChildProcess | undefined;

  private constructor(port: number) {
    this.#port = port;
    this.url = `redis://127.0.0.1:${port}`;
  }

  static async start(): Promise<RedisServer> {
    const server = new RedisServer(await findFreePort());
    await server.start();
    return server;
  }

  /** Starts it again after `stop`, at the same address and with what it was told to save. */
  async start(options: readonly string[] = []): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const place = ['--port', `${this.#port}`, '--bind', '127.0.0.1', '--dir', this.#folder];
    const all = [...place, '--save', '', '--appendonly', 'no', ...options];
    const child = spawn('redis-server', all, { stdio: 'ignore' });
    this.#child = child;
    running.add(child);
    child.once('exit', () => running.delete(child));
    const ended = once(child, 'exit').then(() => {
      throw new Error('redis-server ended instead of listening');
    });
    await Promise.race([this.#answering(), ended]);
    ended.catch(() => {});
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
    // It stays where something was saved for the next start.
    await rmdir(this.#folder).catch(() => {});
  }

  /** Takes the folder away in which it saves, until it is started again. */
  async loseDisk(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Leaves its connections open and answers nothing until `resume`. */
  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  resume(): void {
    this.#child?.kill('SIGCONT');
  }

  /** As the product connects, for what is not about a Redis that is slow. */
  open(): Promise<Redis> {
    return Redis.open({ url: this.url, log: silentLog, replyTimeoutMs });
  }

  /** A connection of the plain library's; the caller destroys it. */
  async connect() {
    return createClient({ url: this.url }).connect();
  }

  async #answering(): Promise<void> {
    const deadline = AbortSignal.timeout(startTimeoutMs);
    while (!deadline.aborted) {
      const client = createClient({ url: this.url, socket: { reconnectStrategy: false } });
      client.on('error', () => {});
      const answers = await client
        .connect()
        .then(() => client.ping())
        .catch(() => false);
      if (client.isOpen) client.destroy();
      if (answers) return;
      await sleep(20);
    }
    throw new Error('redis-server does not answer');
  }
}
