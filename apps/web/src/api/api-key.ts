import { StateStore } from '../state-store.ts';

const storageName = 'voiceflow.api-key';

export interface ApiKeyState {
  /** Kept for this tab only; undefined where the server knows the user by a cookie. */
  key: string | undefined;
  /** The server has answered 401 to the last call. */
  wanted: boolean;
}

export const apiKeyStore = new StateStore<ApiKeyState>({ key: readStoredKey(), wanted: false });

export function saveApiKey(key: string): void {
  writeStoredKey(key);
  apiKeyStore.update({ key, wanted: false });
}

export function forgetApiKey(): void {
  writeStoredKey(undefined);
  apiKeyStore.update({ key: undefined, wanted: false });
}

function readStoredKey(): string | undefined {
  try {
    return sessionStorage.getItem(storageName) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Where storage is blocked, the key lives in memory alone. */
function writeStoredKey(key: string | undefined): void {
  try {
    if (key === undefined) sessionStorage.removeItem(storageName);
    else sessionStorage.setItem(storageName, key);
  } catch {
    // Memory has it.
  }
}
