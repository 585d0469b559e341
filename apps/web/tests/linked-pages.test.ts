import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const apps = join(import.meta.dirname, '../..');

/** What stands in the first brackets of each match, once. */
async function find(file: string, pattern: RegExp): Promise<string[]> {
  const text = await readFile(join(apps, file), 'utf8');
  return [...new Set([...text.matchAll(pattern)].map(([, found = '']) => found))];
}

test('every page that mails and answers of the server link to is there', async () => {
  const pages = await find('web/src/router.tsx', /path: '(\/[a-z-]*)'/g);
  const links: string[] = [];
  for await (const file of glob('server/src/**/*.ts', { cwd: apps })) {
    const found = await find(file, /publicUrl\}(\/[^/#?`]+)[#?`]/g);
    links.push(...found.filter((path) => !path.startsWith('/v1/')));
  }
  expect(links).toContain('/verify-email');
  expect(pages).toEqual(expect.arrayContaining(links));
});
