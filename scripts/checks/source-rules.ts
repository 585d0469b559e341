import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';

const dumpingGrounds = /^(utils?|helpers?|common|misc)$/;
const kebabCase = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** Names the source files (`paths`, relative) that are not kebab-case or say nothing of what they hold. */
export function checkNames(paths: readonly string[]): string[] {
  const problems: string[] = [];
  for (const path of paths) {
    const parts = path.split('/');
    const dump = parts.find((part) => dumpingGrounds.test(part.split('.')[0] ?? ''));
    if (dump) problems.push(`${path}: "${dump}" does not say what is in it`);
    if (!/[.]([cm]?[jt]sx?|py)$/.test(path) || path.startsWith('.')) continue;
    const stem = basename(path).split('.')[0] ?? '';
    const isPython = path.endsWith('.py');
    const wellNamed = isPython ? /^[a-z0-9_]+$/.test(stem) : kebabCase.test(stem);
    if (!wellNamed) {
      problems.push(`${path}: files are named in ${isPython ? 'snake_case' : 'kebab-case'}`);
    }
  }
  return problems;
}

const dependencies = z.record(z.string(), z.string()).optional();
const manifest = z.object({ dependencies, devDependencies: dependencies });
const lockFile = z.object({ packages: z.record(z.string(), z.unknown()) });
const workspace = /^(apps|packages|sdks)\/[^/]+\/package[.]json$|^(cli\/)?package[.]json$/;

/** Compares each workspace's package.json with what package-lock.json was made from. */
export function checkLockFile(root: string, paths: readonly string[]): string[] {
  const readJson = (path: string): unknown => JSON.parse(readFileSync(join(root, path), 'utf8'));
  const { packages } = lockFile.parse(readJson('package-lock.json'));
  return paths
    .filter((path) => workspace.test(path))
    .filter((path) => {
      const locked = manifest.safeParse(packages[path.replace(/[/]?package[.]json$/, '')]);
      const sorted = (value: z.infer<typeof manifest>) =>
        JSON.stringify(
          [value.dependencies, value.devDependencies].map((set) =>
            Object.entries(set ?? {}).sort(),
          ),
        );
      return !locked.success || sorted(locked.data) !== sorted(manifest.parse(readJson(path)));
    })
    .map((path) => `${path}: not what package-lock.json was made from, run npm install`);
}

/** Every file that git tracks or would track, relative to `root`. */
export function listFiles(root: string): string[] {
  return execFileSync('git', ['ls-files', '-co', '--exclude-standard', '--deduplicate'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 100_000_000,
  })
    .split('\n')
    .filter((path) => path !== '' && existsSync(join(root, path)));
}
