import { StateStore } from '../state-store.ts';

/** How often the server has said that whoever is here may not do what this page offered. */
export const denialStore = new StateStore({ count: 0 });

export function noteDenial(): void {
  denialStore.update({ count: denialStore.get().count + 1 });
}
