import { expect, it } from 'vitest';
import { keptFrames } from './kept-frames.ts';

const frames = Float32Array.of(14, 3, 4, 10, 1);

it('takes the frames left out off the first and last tokens', () => {
  expect([...keptFrames(frames, { first: 8, kept: 17 })]).toEqual([6, 3, 4, 4, 0]);
});

it('leaves nothing of tokens that are left out', () => {
  expect([...keptFrames(frames, { first: 15, kept: 4 })]).toEqual([0, 2, 2, 0, 0]);
});

it('changes nothing where all is kept', () => {
  expect([...keptFrames(frames, { first: 0, kept: 32 })]).toEqual([...frames]);
});
