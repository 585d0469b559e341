import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SetupError } from '../setup-error.mjs';
import { pythonVenv, requireSystemPackages } from './system-packages.ts';

const root = dirname(dirname(import.meta.dirname));

/** Where `program` of the tests' virtual environment lies, whether or not it has been made. */
export function pythonProgram(program: string, environment = join(root, '.venv')): string {
  return join(environment, 'bin', program);
}

/** Makes the virtual environment of a requirements file, unless it is of these requirements already. */
export function preparePython(requirementsFile: string, environment = join(root, '.venv')): void {
  requireSystemPackages([pythonVenv]);
  const stamp = join(environment, '.requirements');
  const wanted = createHash('sha256')
    .update(readFileSync(requirementsFile))
    .update(environment)
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.log('Installing the Python tools of the tests …');
  rmSync(environment, { recursive: true, force: true });
  const install = ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', '-r'];
  for (const [program, ...args] of [
    ['python3', '-m', 'venv', environment],
    [pythonProgram('python', environment), ...install, requirementsFile],
  ]) {
    const run = spawnSync(program, args, { encoding: 'utf8' });
    if (run.status !== 0) {
      throw new SetupError(
        `The Python tools did not install (is the network there?):\n${run.stderr}`,
      );
    }
  }
  writeFileSync(stamp, wanted);
}
