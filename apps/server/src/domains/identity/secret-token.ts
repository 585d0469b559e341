import { hash, randomBytes } from 'node:crypto';

/** 256 random bits, in letters that fit a URL. */
export function createSecretToken(): string {
  return randomBytes(32).toString('base64url');
}

/** What is stored of a token. A plain hash will do: nobody guesses 256 bits. */
export function hashToken(token: string): string {
  return hash('sha256', token, 'hex');
}
