import { expect, test } from 'vitest';
import { formatTime } from './format-time.ts';

const now = '2026-03-10T12:00:00Z';

test.each([
  ['2026-03-10T11:59:30Z', 'just now'],
  ['2026-03-10T11:55:00Z', '5 minutes ago'],
  ['2026-03-10T15:00:00Z', 'in 3 hours'],
  ['2026-03-09T11:00:00Z', 'yesterday'],
  ['2025-12-24T12:00:00Z', 'Dec 24, 2025'],
])('%s is %j', (time, told) => expect(formatTime(time, Date.parse(now))).toBe(told));
