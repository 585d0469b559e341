import { expect, it } from 'vitest';
import { BusiestNames } from './busiest-names.ts';

function open(most: number) {
  const unnamed: string[] = [];
  const names = new BusiestNames({
    most,
    nameOf: (id) => id.toUpperCase(),
    onUnnamed: (name) => unnamed.push(name),
  });
  return { names, unnamed };
}

it('names the first ones at once, and calls the rest by one name', () => {
  const { names } = open(2);
  expect(['a', 'b', 'c', 'a', 'c'].map((id) => names.use(id))).toEqual([
    'A',
    'B',
    'other',
    'A',
    'other',
  ]);
});

it('gives the name of an idle one to a busy one, and tells so once', () => {
  const { names, unnamed } = open(2);
  names.use('a');
  names.use('b');
  for (let use = 0; use < 3_000; use += 1) names.use(use % 3 === 0 ? 'a' : 'c');
  expect(names.use('c')).toBe('C');
  expect(names.use('a')).toBe('A');
  expect(names.use('b')).toBe('other');
  expect(unnamed).toEqual(['B']);
});

it('does not take names to and fro among equals', () => {
  const { names, unnamed } = open(2);
  for (let use = 0; use < 20_000; use += 1) names.use(`key-${use % 5}`);
  expect(unnamed).toEqual([]);
});

it('never has more names than it may, however many come', () => {
  const { names, unnamed } = open(3);
  const named = new Set<string>();
  for (let use = 0; use < 50_000; use += 1) {
    const name = names.use(use % 2 === 0 ? `busy-${use % 6}` : `key-${use}`);
    if (name !== 'other') named.add(name);
  }
  expect([...named].filter((name) => !unnamed.includes(name)).length).toBeLessThanOrEqual(3);
  expect(names.use('busy-0')).toBe('BUSY-0');
});
