import { afterAll, expect, test } from 'vitest';
import { openTextTaker } from './refused-texts.ts';

const taker = await openTextTaker();
afterAll(() => taker.close());

const elsewhere = [
  'https://evil.example/',
  '//evil.example/',
  '///evil.example/',
  '/\\evil.example',
  '/%2f%2fevil.example',
  '/%5cevil.example',
  '/.//evil.example',
  '/%2e%2e//evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  'javascript:alert(1)',
  'data:text/html,x',
  '@evil.example',
  '\\\\evil.example',
  ' //evil.example',
  'keys',
  '',
];
const ways = taker.textsNamed((field) => field === 'next');

test.each(ways)('$name leads to no other place than this server', async (taken) => {
  for (const next of elsewhere) await taker.expectRefused(taken, next);
});

test('each way in says where to go next', () => {
  expect(ways.map(({ name }) => name)).toEqual([
    'POST /v1/auth/oauth/{provider}',
    'POST /v1/me/connections',
    'POST /v1/auth/sso',
  ]);
});
