import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkLockFile, checkNames } from './source-rules.ts';

test('refuses names that say nothing, and other cases', () => {
  expect(
    checkNames([
      'apps/server/src/utils.ts',
      'apps/server/src/helpers/x.ts',
      'apps/web/src/VoicePicker.tsx',
      'scripts/python/read-it.py',
    ]),
  ).toHaveLength(4);
});

test('accepts kebab-case, dots, dotfiles and Python in snake_case', () => {
  expect(
    checkNames([
      'apps/server/src/create-key.test.ts',
      '.github/workflows/ci.yml',
      'README.md',
      'scripts/python/recognise.py',
    ]),
  ).toEqual([]);
});

test('finds a dependency that the lock file was not made from', () => {
  const root = mkdtempSync(join(tmpdir(), 'voiceflow-lock-'));
  try {
    mkdirSync(join(root, 'apps/server'), { recursive: true });
    const write = (path: string, value: unknown) =>
      writeFileSync(join(root, path), JSON.stringify(value));
    write('package-lock.json', {
      packages: { '': {}, 'apps/server': { dependencies: { pg: '^8.0.0' } } },
    });
    write('package.json', { scripts: {} });
    write('apps/server/package.json', { dependencies: { pg: '^8.0.0' } });
    const paths = ['package.json', 'apps/server/package.json'];
    expect(checkLockFile(root, paths)).toEqual([]);
    write('apps/server/package.json', { dependencies: { pg: '^8.0.0', zod: '^4.0.0' } });
    expect(checkLockFile(root, paths)).toEqual([
      'apps/server/package.json: not what package-lock.json was made from, run npm install',
    ]);
  } finally {
    rmSync(root, { recursive: true });
  }
});
