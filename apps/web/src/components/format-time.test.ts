import { expect, test } from 'vitest';
import { formatRemaining, formatTime } from './format-time.ts';

const now = '2026-03-10T12:00:00Z';

test.each([
  ['2026-03-10T11:59:30Z', 'just now'],
  ['2026-03-10T11:55:00Z', '5 minutes ago'],
  ['2026-03-10T15:00:00Z', 'in 3 hours'],
  ['2026-03-09T11:00:00Z', 'yesterday'],
  ['2025-12-24T12:00:00Z', 'Dec 24, 2025'],
])('%s is %j', (time, told) => expect(formatTime(time, Date.parse(now))).toBe(told));

test.each([
  [-1, '0 s'],
  [900, '1 s'],
  [59_000, '59 s'],
  [60_000, '1 min 0 s'],
  [86_399_500, '1 d 0 h'],
  [82_800_000, '23 h 0 min'],
])('%d ms are %j', (remainingMs, told) => expect(formatRemaining(remainingMs)).toBe(told));
