import { expect, test } from 'vitest';
import { guardedFetch } from './guarded-fetch.ts';

test.each([
  'https://127.0.0.1/',
  'https://[::1]/',
  'https://[::ffff:127.0.0.1]/',
  'https://2130706433/',
  'https://0x7f.1/',
  'https://169.254.169.254/latest/meta-data',
  'https://localhost/',
])('%s is not asked', async (url) => {
  await expect(guardedFetch(url)).rejects.toThrow(/not an address of the public internet/);
});

test('nothing is asked in the clear', async () => {
  await expect(guardedFetch('http://93.184.216.34/')).rejects.toThrow('only https://');
});
