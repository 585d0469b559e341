import { afterAll, expect, test } from 'vitest';
import { openTextTaker } from './refused-texts.ts';

const taker = await openTextTaker();
afterAll(() => taker.close());

const attacks = [
  'Ada\r\nBcc: eve@example.com',
  'ada@example.com\nBcc: eve@example.com',
  'Ada\rBcc: eve@example.com',
  'Ada\0',
];
/** A team is deleted by its name, which nothing keeps. */
const compared = ['DELETE /v1/teams/{id}'];
const named = taker
  .textsNamed((field) => ['email', 'name', 'device_name'].includes(field))
  .filter(({ name }) => !compared.includes(name));

// What mails say of a person, a team or a key goes through here.
test.each(named)('$name takes no line break in $field', async (taken) => {
  for (const attack of attacks) await taker.expectRefused(taken, attack);
});

test('some routes take names and addresses', () => expect(named.length).toBeGreaterThan(10));
