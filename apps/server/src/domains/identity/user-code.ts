import { randomInt } from 'node:crypto';

/** Consonants alone (RFC 8628, 6.1): no word comes out, and nothing looks like a digit. */
const alphabet = 'BCDFGHJKLMNPQRSTVWXZ';
const length = 8;

/** What a person reads on the device and types into the page: one of 20⁸. */
export function createUserCode(): string {
  return Array.from({ length }, () => alphabet.charAt(randomInt(alphabet.length))).join('');
}

/** As it is shown: `WDJB-MJHT`. */
export function formatUserCode(code: string): string {
  return `${code.slice(0, length / 2)}-${code.slice(length / 2)}`;
}

/** As it is stored, however it is typed; undefined for what no code can be. */
export function parseUserCode(text: string): string | undefined {
  const code = text.toUpperCase().replaceAll(/[\s-]/g, '');
  const known = code.length === length && [...code].every((letter) => alphabet.includes(letter));
  return known ? code : undefined;
}
