import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kokoroPaths, prepareKokoro } from '@voiceflow/speech';
import { z } from 'zod';
import { testModelsDir } from '../../../packages/speech/src/assets/test-models.ts';
import { createTenant, type Tenant } from './support/factories.ts';
import { createTestDatabase, type TestDatabase } from './support/test-database.ts';

const listeningSchema = z.object({ listening: z.string() });
const readyPollMs = 50;
/** As the supervisor starts it: V8 collects early instead of growing to what the machine has. */
const apiFlags = ['--max-semi-space-size=8', '--max-old-space-size=192'];

/**
 * The api and its workers as real processes, without the supervisor: a test may kill each of them
 * and start it again. Database, home folder and port are the test's own.
 */
export class Roles {
  readonly database: TestDatabase;
  readonly tenant: Tenant;
  readonly home: string;
  private readonly variables: NodeJS.ProcessEnv;
  private readonly running = new Set<ChildProcess>();
  /** Without a slash at the end. */
  url = '';

  private constructor(
    database: TestDatabase,
    tenant: Tenant,
    home: string,
    variables: NodeJS.ProcessEnv,
  ) {
    this.database = database;
    this.tenant = tenant;
    this.home = home;
    this.variables = variables;
  }

  /** Asks for a stream and reads nothing of it. */
  openStream(text: string): Socket {
    const { hostname, port } = new URL(this.url);
    const body = JSON.stringify({ text, format: 'pcm' });
    const socket = connect(Number(port), hostname);
    socket.write(
      [
        'POST /v1/generate/stream HTTP/1.1',
        'host: x',
        `authorization: Bearer ${this.key}`,
        'content-type: application/json',
        `content-length: ${body.length}`,
        '',
        body,
      ].join('\r\n'),
    );
    return socket;
  }

  /** Prepares everything and starts nothing yet. The database is closed with it. */
  static async prepare(
    settings: Record<string, string> = {},
    database?: TestDatabase,
  ): Promise<Roles> {
    database ??= await createTestDatabase();
    const tenant = await createTenant(database.db);
    const home = await mkdtemp(join(tmpdir(), 'vf-'));
    const modelsDir = testModelsDir();
    await symlink(modelsDir, join(home, 'models'));
    const { modelFile } = await prepareKokoro({
      ...kokoroPaths(modelsDir),
      variant: 'quantised',
    });
    return new Roles(database, tenant, home, {
      ...process.env,
      PORT: '0',
      METRICS_PORT: 'off',
      DATABASE_URL: database.url,
      VOICEFLOW_HOME: home,
      VOICEFLOW_LOCAL_OPERATOR: 'on',
      KOKORO_MODEL_FILE: modelFile,
      WORKER_THREADS: '1',
      LOG_LEVEL: 'warn',
      RATE_LIMIT_FREE_PER_MINUTE: '0',
      CONCURRENCY_FREE: '0',
      RATE_LIMIT_FAILURES_PER_MINUTE: '0',
      NODE_COMPILE_CACHE: join(tmpdir(), 'voiceflow-compile-cache'),
      ...settings,
    });
  }

  get key(): string {
    return this.tenant.key.key;
  }

  /** Starts the api; `url` then names it. */
  async startApi(settings: Record<string, string> = {}): Promise<ChildProcess> {
    const { process, url } = await this.startAnotherApi(settings);
    this.url = url;
    return process;
  }

  /** Starts one beside that which `url` names. */
  async startAnotherApi(
    settings: Record<string, string>,
  ): Promise<{ process: ChildProcess; url: string }> {
    const api = this.fork('api.ts', settings, apiFlags);
    const ended = once(api, 'exit').then(() => {
      throw new Error('the api ended instead of listening');
    });
    const [message] = await Promise.race([once(api, 'message'), ended]);
    ended.catch(() => {});
    return { process: api, url: listeningSchema.parse(message).listening };
  }

  startJobs(): ChildProcess {
    return this.fork('jobs.ts');
  }

  startWorker(settings: Record<string, string> = {}): ChildProcess {
    return this.fork('worker.ts', settings);
  }

  /** A worker that runs no model: what it makes of a text is told by `quickSpeech`. */
  startQuickWorker(settings: Record<string, string> = {}): ChildProcess {
    return this.fork('../tests/stand-ins/quick-worker.ts', settings);
  }

  /** Resolves when the api says that it can serve. */
  async ready(url = this.url): Promise<void> {
    for (;;) {
      const { ok } = await fetch(`${url}/health/ready`);
      if (ok) return;
      await new Promise((resolve) => setTimeout(resolve, readyPollMs));
    }
  }

  async startAll(): Promise<void> {
    this.startWorker();
    await this.startApi();
    await this.ready();
  }

  async kill(child: ChildProcess): Promise<void> {
    const exited = child.exitCode === null && child.signalCode === null && once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.running].map((child) => this.kill(child)));
    await this.database.close();
    await rm(this.home, { recursive: true, force: true });
  }

  private fork(
    entry: string,
    settings: Record<string, string> = {},
    execArgv: readonly string[] = [],
  ): ChildProcess {
    const child = fork(join(import.meta.dirname, '../src', entry), {
      env: { ...this.variables, ...settings },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      execArgv: [...execArgv],
    });
    this.running.add(child);
    child.once('exit', () => this.running.delete(child));
    return child;
  }
}
