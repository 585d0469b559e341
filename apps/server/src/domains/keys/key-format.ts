import { hash, randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { KeyMode } from '../../platform/context.ts';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const secretLength = 32;
const checksumLength = 6;
const shownCharacters = 4;
const keyPattern = new RegExp(`^vf_(live|test)_[0-9A-Za-z]{${secretLength + checksumLength}}$`);
// Keys that came from an older store have no checksum; only their length tells them from ours.
const foreignKeyPattern = /^vf_(live|test)_[0-9A-Za-z_-]{8,200}$/;

/**
 * A new key: `vf_live_` or `vf_test_`, 32 random base62 characters (190 bits) and 6 more that are
 * the CRC-32 of all before them, so that a scanner tells a key from noise without asking anybody.
 */
export function generateKey(mode: KeyMode): string {
  let body = `vf_${mode}_`;
  for (let i = 0; i < secretLength; i += 1) body += alphabet.charAt(randomInt(alphabet.length));
  return body + checksumOf(body);
}

function checksumOf(body: string): string {
  let rest = crc32(body);
  let checksum = '';
  for (let i = 0; i < checksumLength; i += 1) {
    checksum = alphabet.charAt(rest % alphabet.length) + checksum;
    rest = Math.floor(rest / alphabet.length);
  }
  return checksum;
}

/** Whether it is worth looking this text up: the right shape, and the right checksum if it has one. */
export function couldBeKey(text: string): boolean {
  if (!keyPattern.test(text)) return foreignKeyPattern.test(text);
  return text.endsWith(checksumOf(text.slice(0, -checksumLength)));
}

/** The mode that a key names, or undefined. */
export function modeOfKey(key: string): KeyMode | undefined {
  if (key.startsWith('vf_live_')) return 'live';
  return key.startsWith('vf_test_') ? 'test' : undefined;
}

/** What is stored. A plain hash will do: nobody guesses 190 bits. */
export function hashKey(key: string): string {
  return hash('sha256', key, 'hex');
}

/** The part of a key that may be shown again: `vf_live_3kTz`. */
export function shownPrefixOf(key: string): string {
  return key.slice(0, 'vf_live_'.length + shownCharacters);
}
