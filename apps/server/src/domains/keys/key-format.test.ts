import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { couldBeKey, generateKey, modeOfKey, shownPrefixOf } from './key-format.ts';

describe('a generated key', () => {
  it('has its mode, 32 characters of chance and a checksum', () => {
    expect(generateKey('live')).toMatch(/^vf_live_[0-9A-Za-z]{38}$/);
    expect(modeOfKey(generateKey('test'))).toBe('test');
    expect(new Set(Array.from({ length: 100 }, () => generateKey('live'))).size).toBe(100);
  });

  it('is recognised, and is not with any one character changed', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('live' as const, 'test' as const),
        fc.nat({ max: 37 }),
        fc.constantFrom(...'0123456789abcdefghijABCDEFGHIJ'),
        (mode, place, character) => {
          const key = generateKey(mode);
          expect(couldBeKey(key)).toBe(true);
          const at = 'vf_live_'.length + place;
          const changed = key.slice(0, at) + character + key.slice(at + 1);
          expect(couldBeKey(changed)).toBe(changed === key);
        },
      ),
    );
  });

  it('is not recognised under the other mode', () => {
    expect(couldBeKey(generateKey('live').replace('vf_live_', 'vf_test_'))).toBe(false);
  });

  it('shows no more than four of its characters', () => {
    const key = generateKey('live');
    expect(shownPrefixOf(key)).toBe(key.slice(0, 12));
  });
});

describe('couldBeKey', () => {
  it.each([
    '',
    'vf_live_',
    'sk-abc',
    'vf_prod_0123456789',
    `vf_live_${'a'.repeat(500)}`,
    'vf_live_ä',
  ])('refuses %j without a look-up', (text) => expect(couldBeKey(text)).toBe(false));

  it('lets a key of an older shape through to the look-up', () => {
    expect(couldBeKey('vf_live_old-style_key')).toBe(true);
  });
});
