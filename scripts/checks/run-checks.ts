import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';

/** A command that must exit with 0, or a function that answers the problems it found. */
export type Check =
  | ({ name: string; command: readonly string[] } & Surroundings)
  | { name: string; find: () => string[] | Promise<string[]> };

interface Surroundings {
  env?: Readonly<Record<string, string>>;
  /** Where the command runs; here, if unset. */
  cwd?: string;
}

interface Outcome {
  passed: boolean;
  output: string;
}

export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

function runCommand(
  [program = '', ...args]: readonly string[],
  { env, cwd }: Surroundings,
): Promise<Outcome> {
  const child = spawn(program, args, {
    env: { ...process.env, ...env },
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ passed: false, output: error.message }));
    child.once('close', (code) => resolve({ passed: code === 0, output }));
  });
}

async function runCheck(check: Check): Promise<Outcome> {
  if ('command' in check) return runCommand(check.command, check);
  try {
    const problems = await check.find();
    return { passed: problems.length === 0, output: problems.join('\n') };
  } catch (error) {
    return { passed: false, output: error instanceof Error ? `${error.stack}` : String(error) };
  }
}

/** Runs all checks, `concurrency` at a time, and prints each as it ends, with its output if it failed. */
export async function runChecks(checks: readonly Check[], concurrency: number): Promise<Tally> {
  const waiting = [...checks];
  const tally: Tally = { passed: 0, failed: 0, skipped: 0 };
  const work = async () => {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      const startedAt = performance.now();
      const { passed, output } = await runCheck(check);
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      console.log(`${passed ? '✓' : '✗'} ${check.name} (${seconds} s)`);
      if (!passed) console.log(output.trimEnd().replace(/^/gm, '    '));
      if (passed) tally.passed++;
      else tally.failed++;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return tally;
}
