import { expect, test } from 'vitest';
import { parseSettings } from './settings.ts';

test('an address says voice, speed and format', () => {
  expect(parseSettings({ voice: 'bf_emma', speed: 1.25, format: 'mp3' })).toEqual({
    voice: 'bf_emma',
    speed: 1.25,
    format: 'mp3',
  });
});

test('what an address gets wrong is as if it had not said it', () => {
  const defaults = { voice: undefined, speed: 1, format: 'wav' };
  expect(parseSettings({})).toEqual(defaults);
  expect(parseSettings({ voice: 7, speed: 9, format: 'exe' })).toEqual(defaults);
  expect(parseSettings({ speed: 'NaN' })).toEqual(defaults);
});
