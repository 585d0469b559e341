import { randomBytes } from 'node:crypto';

export function createDomainToken(): string {
  return randomBytes(24).toString('base64url');
}

/** What the TXT record of a domain must say. */
export function recordOf({ token }: { readonly token: string }): string {
  return `voiceflow-verification=${token}`;
}
