import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';

export interface Check {
  name: string;
  command: readonly string[];
  /** Folder of the command, by default the repository root. */
  cwd?: string;
  env?: Readonly<Record<string, string>>;
}

interface Outcome {
  check: Check;
  passed: boolean;
  seconds: number;
  output: string;
}

export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

/** The closing line that each of `npm test`, `npm run verify` and `npm run check:deploy` ends with. */
export function closingLine({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

function runCheck(check: Check): Promise<Outcome> {
  const startedAt = performance.now();
  const [program = '', ...args] = check.command;
  const child = spawn(program, args, {
    cwd: check.cwd,
    env: { ...process.env, ...check.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return new Promise((resolve) => {
    const finish = (passed: boolean) =>
      resolve({ check, passed, seconds: (performance.now() - startedAt) / 1000, output });
    child.once('error', (error) => {
      output += error.message;
      finish(false);
    });
    child.once('close', (code) => finish(code === 0));
  });
}

function report({ check, passed, seconds, output }: Outcome): void {
  console.log(`${passed ? '✓' : '✗'} ${check.name} (${seconds.toFixed(1)} s)`);
  if (!passed) console.log(output.trimEnd().replace(/^/gm, '    '));
}

/** Runs all checks, `concurrency` at a time, and prints each as it ends, with its output if it failed. */
export async function runChecks(checks: readonly Check[], concurrency: number): Promise<Tally> {
  const waiting = [...checks];
  const tally: Tally = { passed: 0, failed: 0, skipped: 0 };
  const work = async () => {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      const outcome = await runCheck(check);
      report(outcome);
      if (outcome.passed) tally.passed++;
      else tally.failed++;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return tally;
}
