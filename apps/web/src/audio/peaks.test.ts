import { expect, test } from 'vitest';
import { PeakMeter } from './peaks.ts';

test('keeps the loudest sample of each 10 ms across chunks', () => {
  const meter = new PeakMeter(400);
  meter.push(Float32Array.of(0.25, -0.5));
  expect(meter.peaks).toEqual([]);
  meter.push(Float32Array.of(0, 0.125, 0.75, 0));
  expect(meter.peaks).toEqual([0.5]);
  meter.push(Float32Array.of(0, 0));
  expect(meter.peaks).toEqual([0.5, 0.75]);
});
