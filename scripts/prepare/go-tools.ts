import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { SetupError } from '../setup-error.mjs';

const goIsMissing = 'Go is missing: install it, then run the same command again.';

interface GoTool {
  name: string;
  /** Import path of its main package */
  package: string;
  version: string;
}

/** Installs a Go program into `folder` unless it is there in this version, and answers its path. */
export function prepareGoTool({ name, package: path, version }: GoTool, folder: string): string {
  const program = join(folder, `${name}-${version}`);
  if (existsSync(program)) return program;
  console.log(`Installing ${path}@${version} …`);
  const building = join(folder, `building-${process.pid}`);
  mkdirSync(building, { recursive: true });
  try {
    const run = spawnSync('go', ['install', `${path}@${version}`], {
      encoding: 'utf8',
      env: { ...process.env, GOBIN: building },
    });
    if (run.error) throw new SetupError(goIsMissing);
    if (run.status !== 0) throw new SetupError(`go install ${path} failed:\n${run.stderr}`);
    renameSync(join(building, basename(path)), program);
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
  return program;
}

const downloadSchema = z.object({ Dir: z.string() });

/** The folder of a Go module's files, which are downloaded unless they are there. */
export function prepareGoModule(path: string, version: string): string {
  const run = spawnSync('go', ['mod', 'download', '-json', `${path}@${version}`], {
    encoding: 'utf8',
  });
  if (run.error) throw new SetupError(goIsMissing);
  if (run.status !== 0) throw new SetupError(`go mod download ${path} failed:\n${run.stdout}`);
  return downloadSchema.parse(JSON.parse(run.stdout)).Dir;
}
