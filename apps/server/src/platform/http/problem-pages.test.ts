import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { explainProblems } from './problem-pages.ts';

const sourceDir = join(import.meta.dirname, '../..');

test('every code that is explained is one that the server answers', async () => {
  let source = '';
  for await (const file of glob('**/*.ts', { cwd: sourceDir })) {
    const isSource = !file.endsWith('.test.ts') && !file.endsWith('problem-guide.ts');
    if (isSource) source += await readFile(join(sourceDir, file), 'utf8');
  }
  const unused = explainProblems().filter(({ code }) => !source.includes(`'${code}'`));
  expect(unused.map(({ code }) => code)).toEqual([]);
});
