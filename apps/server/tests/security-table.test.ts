import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const table = join(root, 'apps/docs/docs/security/asvs.md');
const row = /^\| (?<number>\d+\.\d+\.\d+) \|[^|]+\| (?<state>[^|]+) \| (?<shownBy>.+) \|$/;

/** How many requirements of level 1 and 2 each chapter of ASVS 5.0 has. */
const requirements = { 6: 35, 7: 18, 8: 7, 9: 7, 10: 29 };

interface Requirement {
  readonly number: string;
  readonly state: string;
  readonly shownBy: string;
}

let listed: readonly Requirement[];

beforeAll(async () => {
  const lines = (await readFile(table, 'utf8')).split('\n');
  listed = lines.flatMap((line) => {
    const { number, state, shownBy } = row.exec(line)?.groups ?? {};
    return number && state && shownBy ? [{ number, state, shownBy }] : [];
  });
});

test('every requirement is listed once', () => {
  expect(new Set(listed.map(({ number }) => number)).size).toBe(listed.length);
  for (const [chapter, count] of Object.entries(requirements)) {
    expect(listed.filter(({ number }) => number.startsWith(`${chapter}.`))).toHaveLength(count);
  }
});

test('every requirement has one of the states', () => {
  for (const { state } of listed) expect(['holds', 'in part', 'no', 'n/a']).toContain(state);
});

test('every test that is named is there', async () => {
  let named = 0;
  for (const { number, shownBy } of listed) {
    let source = '';
    for (const [, path, name] of shownBy.matchAll(/`([\w./-]+\.tsx?)`|“([^”]+)”/g)) {
      if (path) {
        source = await readFile(
          join(root, path.startsWith('apps/') ? '' : 'apps/server', path),
          'utf8',
        );
      }
      if (name) {
        named += 1;
        expect(source.includes(name), `${number}: ${name}`).toBe(true);
      }
    }
  }
  expect(named).toBeGreaterThan(50);
});
