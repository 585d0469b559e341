import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { findMissingAssets } from '@voiceflow/speech/assets';
import { findPreparedKokoro, kokoroPaths } from '@voiceflow/speech/model/prepare';
import { z } from 'zod';
import type { Env } from '../env.ts';
import { StartError } from './start-error.ts';
import type { Terminal } from './terminal.ts';

const entry = resolve(import.meta.dirname, 'model-preparation.ts');

/** What the child process is asked. */
export interface ModelPreparation {
  readonly modelsDir: string;
  readonly mirror?: string | undefined;
  readonly variant: Env['KOKORO_VARIANT'];
}

/** What it says of its work. */
export const modelMessageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('said'), line: z.string() }),
  z.object({ kind: z.literal('progressed'), line: z.string() }),
  z.object({ kind: z.literal('prepared'), modelFile: z.string() }),
  z.object({ kind: z.literal('failed'), problem: z.string() }),
]);
export type ModelMessage = z.output<typeof modelMessageSchema>;

/**
 * Fetches the model files that are missing and makes the variant for this CPU; answers its file. A
 * process of its own does it, so that the supervisor never holds a model in memory.
 */
export async function prepareModels(
  env: Env,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<string> {
  const prepared = await findPreparedModel(env);
  if (prepared) return prepared;
  const child = fork(entry, [], { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const stop = () => child.kill('SIGKILL');
  signal.addEventListener('abort', stop);
  try {
    const request: ModelPreparation = {
      modelsDir: modelsDirOf(env),
      mirror: env.VOICEFLOW_MODEL_MIRROR,
      variant: env.KOKORO_VARIANT,
    };
    child.send(request);
    return await followPreparation(child, terminal);
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}

/** The file that `prepareModels` would answer at once: all is there, as on each start but the first. */
export async function findPreparedModel(env: Env): Promise<string | undefined> {
  const modelsDir = modelsDirOf(env);
  if ((await findMissingAssets(modelsDir)).length > 0) return undefined;
  return findPreparedKokoro({ ...kokoroPaths(modelsDir), variant: env.KOKORO_VARIANT });
}

function modelsDirOf(env: Env): string {
  return join(env.VOICEFLOW_HOME, 'models');
}

async function followPreparation(child: ChildProcess, terminal: Terminal): Promise<string> {
  const outcome = Promise.withResolvers<string>();
  child.on('message', (received) => {
    const message = modelMessageSchema.parse(received);
    if (message.kind === 'said') terminal.say(message.line);
    else if (message.kind === 'progressed') terminal.progress(message.line);
    else if (message.kind === 'prepared') outcome.resolve(message.modelFile);
    else outcome.reject(new StartError(message.problem));
  });
  const ended = once(child, 'exit').then(([code, signal]) => {
    throw new StartError(`the preparation of the models ended (${signal ?? `exit code ${code}`})`);
  });
  return Promise.race([outcome.promise, ended]);
}
