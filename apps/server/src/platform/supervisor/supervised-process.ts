import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { restartDelayMs, steadyAfterMs } from './back-off.ts';
import { writePidFile } from './pid-file.ts';
import { readWholeLines } from './whole-lines.ts';

export interface SupervisedProcessOptions {
  /** Name in logs and pid files: `api`, `worker-1`. */
  readonly name: string;
  /** TypeScript file that the process runs. */
  readonly entry: string;
  readonly env: NodeJS.ProcessEnv;
  /** How long it may go on with what is under way when it is asked to end. */
  readonly patienceMs: number;
  readonly runDir: string;
  /** Stands in the command line, so that a left-over of this home is told from a stranger. */
  readonly mark: string;
  /** What the process prints, in whole lines: as many as there are at once. */
  readonly onLines: (name: string, lines: string) => void;
  /** The process ended though nobody asked it to; it will be started again. */
  readonly onCrash: (name: string, crash: Crash) => void;
}

export interface Crash {
  readonly exit: string;
  /** How many times in a row it ended before it had run steadily. */
  readonly inARow: number;
  readonly lastLines: readonly string[];
}

/** After its patience is over. */
const killAfterMs = 9_000;
const shownLines = 10;
const rememberedCharacters = 10_000;

/** A child process that is kept alive until `stop()`, with growing pauses when it keeps dying. */
export class SupervisedProcess {
  readonly #options: SupervisedProcessOptions;
  #child: ChildProcess | undefined;
  #restart: NodeJS.Timeout | undefined;
  #stopping = false;
  #crashes = 0;
  #crashesInARow = 0;
  #lastPrinted = '';

  constructor(options: SupervisedProcessOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.name;
  }

  /** Undefined while it is between two lives. */
  get child(): ChildProcess | undefined {
    return this.#child;
  }

  /** How often it ended though nobody asked it to. */
  get crashes(): number {
    return this.#crashes;
  }

  start(): void {
    const { name, entry, env, runDir, mark } = this.#options;
    const startedAtMs = performance.now();
    // Detached: Ctrl-C in the terminal reaches the supervisor alone, which stops all in order.
    const child = fork(entry, [mark], {
      env,
      detached: true,
      execArgv: [],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child = child;
    // Without the file a left-over still ends by itself, when it sees that we are gone.
    if (child.pid) writePidFile(runDir, name, child.pid).catch(() => {});
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) readWholeLines(stream, (lines) => this.#take(lines));
    }
    child.once('error', () => {});
    child.once('close', (code, signal) => {
      this.#child = undefined;
      if (this.#stopping) return;
      this.#crashes += 1;
      const steady = performance.now() - startedAtMs >= steadyAfterMs;
      this.#crashesInARow = steady ? 1 : this.#crashesInARow + 1;
      const exit = signal ? `signal ${signal}` : `exit code ${code}`;
      const printed = this.#lastPrinted.split('\n').filter((line) => line !== '');
      const lastLines = printed.slice(-shownLines);
      const crash = { exit, inARow: this.#crashesInARow, lastLines };
      this.#lastPrinted = '';
      this.#restart = setTimeout(() => this.start(), restartDelayMs(this.#crashesInARow));
      this.#options.onCrash(name, crash);
    });
  }

  #take(lines: string): void {
    this.#lastPrinted = (this.#lastPrinted + lines).slice(-rememberedCharacters);
    this.#options.onLines(this.#options.name, lines);
  }

  /** Asks the process to end and waits for it; one that does not is killed. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#restart);
    const child = this.#child;
    if (!child) return;
    const closed = once(child, 'close');
    child.kill('SIGTERM');
    const { patienceMs } = this.#options;
    const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs + killAfterMs);
    await closed;
    clearTimeout(timer);
  }

  /** Tells a process that was asked to end that the patience with it is over. */
  hurry(): void {
    if (this.#stopping) this.#child?.kill('SIGTERM');
  }
}
