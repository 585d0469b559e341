import { describe, expect, it } from 'vitest';
import {
  hashPassword,
  isWeakHash,
  maxPasswordCharacters,
  refuseCommonPassword,
  verifyPassword,
} from './password.ts';

const email = 'ada.lovelace@example.com';
const nobodys = async () => false;

describe('refuseCommonPassword', () => {
  it.each([
    'password1234',
    'Password1234',
    '123456789012',
    'qwertyuiop123',
    'passwordpassword',
    'aaaaaaaaaaaa',
    'abcabcabcabc',
    'ｐａｓｓｗｏｒｄ１２３４',
    'ADA.lovelace@example.com',
    'VoiceFlow-2026!',
    'lovelace123!',
    'voiceflow-lovelace-1',
  ])('refuses %s', (password) =>
    expect(refuseCommonPassword(password, { email, isBreached: nobodys })).rejects.toThrow(
      expect.objectContaining({ code: 'password_too_common', param: 'password' }),
    ),
  );

  it.each([
    'correct horse battery staple',
    'xkcdxkcdxkcd-936',
    'ÄÖÜ-nachts-um-drei',
    'lovelace rows to Brighton',
  ])('takes %s', (password) =>
    expect(refuseCommonPassword(password, { email, isBreached: nobodys })).resolves.toBeUndefined(),
  );
});

describe('a password hash', () => {
  it('is argon2id with its own salt and matches its password alone', async () => {
    const [stored, again] = await Promise.all([
      hashPassword('naïve café'),
      hashPassword('naïve café'),
    ]);
    expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=4,p=1\$/);
    expect(again).not.toBe(stored);
    expect(await verifyPassword('naïve café', stored)).toBe(true);
    expect(await verifyPassword('naïve café'.normalize('NFD'), stored)).toBe(true);
    expect(await verifyPassword('naive cafe', stored)).toBe(false);
    const ligature = await hashPassword('ﬁne ² ｗｉｄｅ');
    expect(await verifyPassword('ﬁne ² ｗｉｄｅ', ligature)).toBe(true);
    expect(await verifyPassword('fine 2 wide', ligature)).toBe(false);
  });

  it.each([
    ['m=19456,t=4,p=1', false],
    ['m=65536,t=4,p=1', false],
    ['m=19456,t=2,p=1', true],
    ['m=4096,t=9,p=1', true],
  ])('of %s is weak: %s', (cost, weak) => {
    expect(isWeakHash(`$argon2id$v=19$${cost}$c2FsdHNhbHRzYWx0$aGFzaA`)).toBe(weak);
  });

  it('counts to its last character, and in its own case', async () => {
    const longest = 'Naïve café '.repeat(24).slice(0, maxPasswordCharacters);
    const stored = await hashPassword(longest);
    expect(await verifyPassword(longest, stored)).toBe(true);
    expect(await verifyPassword(`${longest.slice(0, -1)}!`, stored)).toBe(false);
    expect(await verifyPassword(longest.slice(0, -1), stored)).toBe(false);
    expect(await verifyPassword(longest.toLowerCase(), stored)).toBe(false);
    expect(await verifyPassword(`${longest} `, stored)).toBe(false);
  });

  it('of nobody matches nothing', async () => {
    expect(await verifyPassword('the password of nobody', null)).toBe(false);
  });

  it('is not made when too many others are', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 70 }, () => hashPassword('correct horse')),
    );
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused).toHaveLength(6);
    expect(refused[0]?.reason).toMatchObject({ code: 'overloaded', retryAfterSeconds: 2 });
  });
});
