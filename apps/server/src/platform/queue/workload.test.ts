import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { hasRoom, Workload } from './workload.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('is all of the worker until the job rests, and again once it has rested', () => {
  const workload = new Workload();
  expect(workload.at(0)).toBe(1);
  workload.rest({ forMs: 500, load: 0.25 }, 1_000);
  expect(workload.at(1_499)).toBe(0.25);
  expect(workload.at(1_500)).toBe(1);
});

it('is nothing once its reader has been slow for a while, until it reads on', () => {
  const workload = new Workload();
  const loads: number[] = [];
  const noteLoad = () => loads.push(workload.at(0));
  workload.holdUp(noteLoad);
  vi.advanceTimersByTime(100);
  workload.holdUp(noteLoad);
  vi.advanceTimersByTime(149);
  expect(workload.at(0)).toBe(1);
  vi.advanceTimersByTime(1);
  // Whoever hears of it looks at once, and must find what it heard.
  expect(loads).toEqual([0]);
  workload.goOn();
  expect(workload.at(0)).toBe(1);
  vi.advanceTimersByTime(10_000);
  expect(loads).toEqual([0]);
});

it.each([
  [[], true],
  [[0, 0], true],
  [[1], false],
  [[0.3, 0.3], true],
  [[0.4, 0.4], false],
  [[0.6], false],
  [[0.25, 0.25, 0.25], true],
])('jobs that take %o of a worker leave room for another: %s', (loads, expected) => {
  expect(hasRoom(loads)).toBe(expected);
});
