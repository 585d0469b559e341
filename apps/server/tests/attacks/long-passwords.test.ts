import { afterAll, expect, test } from 'vitest';
import { openTextTaker } from './refused-texts.ts';

const taker = await openTextTaker();
afterAll(() => taker.close());
const passwords = taker.textsNamed((field) => field.includes('password'));

test.each(passwords)('$name refuses 10 KB in $field', async (taken) => {
  await taker.expectRefused(taken, 'x'.repeat(10_240));
});

test('some routes take a password', () => expect(passwords.length).toBeGreaterThan(5));
