import { StateStore } from './state-store.ts';

export const announcementStore = new StateStore({ told: '', count: 0 });

/** Tells who cannot see it that something was done which leaves nothing behind that could take the focus. */
export function announce(told: string): void {
  announcementStore.update({ told, count: announcementStore.get().count + 1 });
}
