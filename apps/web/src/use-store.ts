import { useSyncExternalStore } from 'react';
import type { StateStore } from './state-store.ts';

export function useStore<State extends object>(store: StateStore<State>): State {
  return useSyncExternalStore(store.subscribe, store.get);
}
