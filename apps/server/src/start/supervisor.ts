import { once } from 'node:events';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Env } from '../env.ts';
import { killLeftChildren } from '../platform/supervisor/pid-file.ts';
import { describeForConsole, logFileOf, openRoleLogs } from '../platform/supervisor/role-log.ts';
import { type Crash, SupervisedProcess } from '../platform/supervisor/supervised-process.ts';
import { type PreparedDatabase, prepareDatabase } from './prepare-database.ts';
import { StartError } from './start-error.ts';
import type { Terminal } from './terminal.ts';

/** The parts that differ between the product and the tests of the supervisor itself. */
export interface Roles {
  readonly apiEntry: string;
  readonly workerEntry: string;
  readonly jobsEntry: string;
  /** The model file that serves, where it is there already. */
  findPreparedModel(env: Env): Promise<string | undefined>;
  prepareModels(env: Env, terminal: Terminal, signal: AbortSignal): Promise<string>;
}

const crashesBeforeGivingUp = 5;
/** Whoever stops a server at a terminal waits for it. */
const drainSeconds = 5;
const apiName = 'api';
const readyPollMs = 100;
/**
 * V8 collects early instead of growing with the machine's memory; under load it holds 150 MB.
 * The compile cache beside it keeps the TypeScript stripper (25 MB) out of the process.
 */
const frugalNodeOptions = '--max-semi-space-size=4 --max-old-space-size=192';

/**
 * Starts the parts of one VOICEFLOW_HOME and keeps them running. `start` settles when the API is
 * ready; `stop` ends everything in order and may be called at any time, also during `start`.
 */
export class Supervisor {
  readonly #env: Env;
  readonly #variables: NodeJS.ProcessEnv;
  readonly #roles: Roles;
  readonly #terminal: Terminal;
  readonly #logs: ReturnType<typeof openRoleLogs>;
  readonly #logsDir: string;
  readonly #runDir: string;
  readonly #stopping = new AbortController();
  readonly #doomed = Promise.withResolvers<never>();
  readonly #processes: SupervisedProcess[] = [];
  #database: Promise<PreparedDatabase> | undefined;
  #metrics: { close(): void } | undefined;
  #port: number;
  #ready = false;

  /** The port of the API; a free one is chosen during `start` where the setting is 0. */
  get port(): number {
    return this.#port;
  }

  get stopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  /** `variables` is the environment that the children inherit; `env` is what was parsed from it. */
  constructor(options: {
    env: Env;
    variables: NodeJS.ProcessEnv;
    roles: Roles;
    terminal: Terminal;
  }) {
    this.#env = options.env;
    this.#variables = options.variables;
    this.#port = options.env.PORT;
    this.#roles = options.roles;
    this.#terminal = options.terminal;
    this.#logsDir = join(options.env.VOICEFLOW_HOME, 'logs');
    this.#runDir = join(options.env.VOICEFLOW_HOME, 'run');
    this.#logs = openRoleLogs(this.#logsDir);
    this.#doomed.promise.catch(() => {});
  }

  /** Throws StartError when the port is taken or a part keeps dying before all are ready. */
  async start(): Promise<PreparedDatabase> {
    await killLeftChildren(this.#runDir, this.#mark);
    this.#port = await this.#findPort();
    // Workers take longest. Where their model is there they are on their way before anything else.
    const workersStarted = this.#startWorkers(await this.#roles.findPreparedModel(this.#env));
    const started = Promise.all([this.#startApi(), workersStarted]);
    const [database] = await Promise.race([started, this.#doomed.promise]);
    await Promise.race([this.#waitUntilReady(), this.#doomed.promise]);
    this.#ready = true;
    // Last: nobody waits for it, and the start has the processor to itself.
    if (this.#env.VOICEFLOW_JOBS === 'on') this.#startJobs(database);
    void this.#serveMetrics();
    return database;
  }

  async #serveMetrics(): Promise<void> {
    // Here, because nobody waits for it: the start is over.
    const { serveServerMetrics } = await import('./server-metrics.ts');
    if (this.stopping) return;
    this.#metrics = serveServerMetrics({
      env: this.#env,
      processes: this.#processes,
      say: (message) => this.#terminal.say(message),
    });
  }

  #startJobs({ url }: PreparedDatabase): void {
    this.#spawn('jobs', this.#roles.jobsEntry, {
      DATABASE_URL: url,
      VOICEFLOW_LOCAL_OPERATOR: this.localOperator,
      NODE_OPTIONS: frugalNodeOptions,
    });
  }

  async #startApi(): Promise<PreparedDatabase> {
    this.#database = prepareDatabase(this.#env, (problem) =>
      this.#terminal.say(`database: ${problem}`),
    );
    const database = await this.#database;
    const seconds = this.#env.DRAIN_SECONDS ?? drainSeconds;
    const settings = {
      DATABASE_URL: database.url,
      VOICEFLOW_LOCAL_OPERATOR: this.localOperator,
      NODE_OPTIONS: frugalNodeOptions,
      DRAIN_SECONDS: `${seconds}`,
    };
    this.#spawn(apiName, this.#roles.apiEntry, settings, { patienceMs: seconds * 1000 });
    return database;
  }

  async #startWorkers(prepared: string | undefined): Promise<void> {
    const { signal } = this.#stopping;
    const modelFile =
      prepared ?? (await this.#roles.prepareModels(this.#env, this.#terminal, signal));
    for (let number = 1; number <= this.#env.WORKERS; number += 1) {
      this.#spawn(`worker-${number}`, this.#roles.workerEntry, { KOKORO_MODEL_FILE: modelFile });
    }
  }

  get localOperator(): 'on' | 'off' {
    const { VOICEFLOW_LOCAL_OPERATOR, DATABASE_URL } = this.#env;
    if (VOICEFLOW_LOCAL_OPERATOR !== 'auto') return VOICEFLOW_LOCAL_OPERATOR;
    return DATABASE_URL ? 'off' : 'on';
  }

  get #mark(): string {
    return `voiceflow-home=${resolve(this.#env.VOICEFLOW_HOME)}`;
  }

  #spawn(
    name: string,
    entry: string,
    settings: Record<string, string>,
    { patienceMs = 0 } = {},
  ): void {
    if (this.#stopping.signal.aborted) return;
    const child = new SupervisedProcess({
      name,
      entry,
      env: {
        ...this.#variables,
        VOICEFLOW_HOME: this.#env.VOICEFLOW_HOME,
        PORT: String(this.#port),
        VOICEFLOW_PROCESS: name,
        METRICS_PORT: 'off',
        ...settings,
      },
      patienceMs,
      runDir: this.#runDir,
      mark: this.#mark,
      onLines: (from, lines) => this.#takeLines(from, lines),
      onCrash: (from, crash) => this.#takeCrash(from, crash),
    });
    this.#processes.push(child);
    child.start();
  }

  #takeLines(name: string, lines: string): void {
    this.#logs.write(name, lines);
    for (const shown of describeForConsole(lines)) this.#terminal.say(`${name}: ${shown}`);
  }

  #takeCrash(name: string, crash: Crash): void {
    const logFile = logFileOf(this.#logsDir, name);
    if (!this.#ready && crash.inARow >= crashesBeforeGivingUp) {
      const end = crash.lastLines.map((line) => `  ${line}`).join('\n');
      this.#doomed.reject(
        new StartError(`${name} does not start (${crash.exit}); see ${logFile}\n${end}`),
      );
      return;
    }
    this.#terminal.say(`${name} ended (${crash.exit}) and is being started again; see ${logFile}`);
  }

  /** Says so at once when the port is taken, rather than by a child that keeps dying. */
  async #findPort(): Promise<number> {
    const { HOST, PORT } = this.#env;
    const probe = createServer().listen(PORT, HOST);
    await once(probe, 'listening').catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      throw new StartError(`Cannot listen on ${HOST}:${PORT} (${reason}). Set PORT to a free one.`);
    });
    const address = probe.address();
    probe.close();
    await once(probe, 'close');
    return typeof address === 'object' && address ? address.port : PORT;
  }

  async #waitUntilReady(): Promise<void> {
    const url = `${ownAddress(this.#env.HOST, this.#port)}/health/ready`;
    while (!this.#stopping.signal.aborted) {
      const signal = AbortSignal.timeout(2_000);
      const response = await fetch(url, { signal }).catch(() => undefined);
      await response?.body?.cancel();
      if (response?.ok) return;
      await sleep(readyPollMs);
    }
  }

  /** Cuts off what is still under way in a server that stops. */
  hurry(): void {
    for (const child of this.#processes) child.hurry();
  }

  /** Ends the children, then the database. Calling it again waits for the same end. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#metrics?.close();
    this.#doomed.reject(new StartError('stopped'));
    // What is under way there goes on, for which it needs the workers.
    await Promise.all(this.#processes.map((child) => child.name === apiName && child.stop()));
    await Promise.all(this.#processes.map((child) => child.stop()));
    const database = await this.#database?.catch(() => undefined);
    await Promise.all(this.#processes.map((child) => child.stop()));
    await database?.stop();
    await this.#logs.close();
  }
}

/** The address under which this machine reaches a server that listens on `host`. */
function ownAddress(host: string, port: number): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}
