import type { SpeechRequest } from '../../api/speech.ts';
import { StateStore } from '../../state-store.ts';
import { Take } from './take.ts';

/** Takes hold their audio in memory; more than these would weigh on the tab. */
export const maxTakes = 10;

/** This tab's takes, newest first, and the one that is shown. */
export const takesStore = new StateStore<{ takes: readonly Take[]; shown: Take | undefined }>({
  takes: [],
  shown: undefined,
});

export function startTake(request: SpeechRequest, voiceName: string): Take {
  const { takes } = takesStore.get();
  for (const take of takes) take.playback.pause();
  const take = new Take(request, voiceName);
  const kept = [take, ...takes.slice(0, maxTakes - 1)];
  for (const dropped of takes.slice(maxTakes - 1)) dropped.dispose();
  takesStore.update({ takes: kept, shown: take });
  return take;
}

export function showTake(take: Take): void {
  takesStore.get().shown?.playback.pause();
  takesStore.update({ shown: take });
}

export function removeTake(take: Take): void {
  const takes = takesStore.get().takes.filter((other) => other !== take);
  const { shown } = takesStore.get();
  take.dispose();
  takesStore.update({ takes, shown: shown === take ? takes[0] : shown });
}

/** Nothing sounds that cannot be seen. */
export function pauseTakes(): void {
  for (const take of takesStore.get().takes) take.playback.pause();
}
