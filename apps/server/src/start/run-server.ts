import type { Env } from '../env.ts';
import {
  acquireHomeLock,
  HomeInUseError,
  type HomeLock,
} from '../platform/supervisor/home-lock.ts';
import { announcement, publicAddress } from './announce.ts';
import { StartError } from './start-error.ts';
import { type Roles, Supervisor } from './supervisor.ts';
import { openTerminal, type Terminal } from './terminal.ts';

export interface ServerOptions {
  readonly env: Env;
  /** The environment that `env` was parsed from, which the child processes inherit. */
  readonly variables: NodeJS.ProcessEnv;
  readonly roles: Roles;
}

/** Runs VoiceFlow in this process and its children until a signal ends it; never returns. */
export async function runServer(options: ServerOptions): Promise<void> {
  const startedAtMs = performance.now();
  const { env } = options;
  const terminal = openTerminal(process.stdout);
  const supervisor = new Supervisor({ ...options, terminal });
  const lock = await acquireHomeLock(
    env.VOICEFLOW_HOME,
    () => `process ${process.pid}, ${publicAddress(env, supervisor.port)}`,
  ).catch((error: unknown) => {
    if (!(error instanceof HomeInUseError)) throw error;
    process.stderr.write(`${error.message}. Stop it first, or set another VOICEFLOW_HOME.\n`);
    process.exit(1);
  });
  const end = endOnSignals(supervisor, lock, terminal);
  try {
    const { firstKey } = await supervisor.start();
    const { localOperator, port } = supervisor;
    const seconds = (performance.now() - startedAtMs) / 1000;
    terminal.say(announcement(publicAddress(env, port), { firstKey, localOperator }, seconds));
  } catch (error) {
    if (!supervisor.stopping) {
      process.stderr.write(`VoiceFlow did not start: ${describeFailure(error)}\n`);
    }
    await end(1);
  }
}

function endOnSignals(supervisor: Supervisor, lock: HomeLock, terminal: Terminal) {
  let ending: Promise<never> | undefined;
  function end(exitCode: number): Promise<never> {
    ending ??= supervisor.stop().then(async () => {
      await lock.release();
      process.exit(exitCode);
    });
    return ending;
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (ending) {
        supervisor.hurry();
        return;
      }
      terminal.say('Stopping …');
      void end(0);
    });
  }
  // The launcher that started us was killed.
  if (process.channel) process.on('disconnect', () => void end(0));
  return end;
}

/** A StartError is made for the person at the terminal; others show where they come from. */
function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return (error instanceof StartError ? error.message : error.stack) ?? error.message;
}
