import { expect, it } from 'vitest';
import { Playback } from './playback.ts';

it('lets a stream rest while its listener has enough, and says what it needs in the long run', () => {
  let nowMs = 0;
  const playback = new Playback({ isLive: true, clock: () => nowMs });
  nowMs = 500;
  expect(playback.secondsAhead()).toBe(-0.5);
  expect(playback.made({ audioSeconds: 2, computeSeconds: 0.5 })).toMatchObject({ forMs: 0 });
  expect(playback.secondsAhead()).toBe(2);
  nowMs = 2_500;
  expect(playback.made({ audioSeconds: 10, computeSeconds: 2.5 })).toEqual({
    type: 'rest',
    forMs: 2_000,
    load: 0.25,
    computedSeconds: 2.5,
  });
  nowMs = 11_500;
  expect(playback.secondsAhead()).toBe(-1);
});

it('never lets a file rest that is wanted as a whole, and tells what this worker has computed', () => {
  const playback = new Playback({ isLive: false, clock: () => 0 });
  const made = { audioSeconds: 100, computeSeconds: 3, assistedSeconds: 2 };
  expect(playback.made(made)).toEqual({ type: 'rest', forMs: 0, load: 1, computedSeconds: 1 });
});
