import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBreachedPasswords } from './breached-passwords.ts';

let directory: string;
const path = () => join(directory, 'pwned.txt');
const sha1 = (text: string) => createHash('sha1').update(text).digest('hex').toUpperCase();

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vf-breached-'));
});
afterAll(() => rm(directory, { recursive: true }));

/** As the downloader of Pwned Passwords writes it. */
async function listed(passwords: readonly string[], lineEnd = '\r\n') {
  const lines = passwords.map((one, i) => `${sha1(one)}:${10 ** (i % 9)}`).toSorted();
  await writeFile(path(), lines.join(lineEnd) + lineEnd);
  return openBreachedPasswords(path());
}

describe('a list of breached passwords', () => {
  it.each([1, 2, 3, 64, 1001])(
    'of %i is known to its last line, and to no other',
    async (count) => {
      const stolen = Array.from({ length: count }, (_, i) => `stolen ${i} ${count}`);
      for (const lineEnd of ['\r\n', '\n']) {
        const isBreached = await listed(stolen, lineEnd);
        const found = await Promise.all(stolen.map((one) => isBreached(one)));
        expect(found.filter(Boolean)).toHaveLength(count);
        const others = Array.from({ length: 100 }, (_, i) => isBreached(`${stolen[0]}${i}`));
        expect((await Promise.all(others)).some(Boolean)).toBe(false);
      }
    },
  );

  it('may lack the end of its last line', async () => {
    await writeFile(path(), `${sha1('only one')}:3`);
    const isBreached = await openBreachedPasswords(path());
    expect([await isBreached('only one'), await isBreached('another')]).toEqual([true, false]);
  });

  it('holds nothing where there is none', async () => {
    expect(await (await openBreachedPasswords(undefined))('password')).toBe(false);
  });

  it.each(['', 'password1234\n', '{"a": 1}'])('is not just any file: %j', async (text) => {
    await writeFile(path(), text);
    await expect(openBreachedPasswords(path())).rejects.toThrow(/BREACHED_PASSWORDS_FILE: .*SHA-1/);
  });

  it('must be there', async () => {
    await expect(openBreachedPasswords(join(directory, 'absent'))).rejects.toThrow(
      /cannot be read/,
    );
  });
});
