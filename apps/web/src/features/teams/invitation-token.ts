const storageName = 'voiceflow.invitation';

/**
 * Keeps the token for this tab while its holder logs in: in an address, servers in between would
 * write it into their logs.
 */
export function keepToken(token: string): void {
  try {
    sessionStorage.setItem(storageName, token);
  } catch {
    // Storage is blocked: the link is opened once more after the log-in.
  }
}

export function readKeptToken(): string {
  try {
    return sessionStorage.getItem(storageName) ?? '';
  } catch {
    return '';
  }
}

export function forgetToken(): void {
  try {
    sessionStorage.removeItem(storageName);
  } catch {
    // Nothing was stored.
  }
}
