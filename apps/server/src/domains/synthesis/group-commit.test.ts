import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { GroupCommit } from './group-commit.ts';

test('what arrives during a commit is committed together, and waits for its own commit', async () => {
  const batches: number[][] = [];
  const gates: (() => void)[] = [];
  const group = new GroupCommit<number>(async (items) => {
    batches.push([...items]);
    await new Promise<void>((resolve) => gates.push(resolve));
  });
  const committed: number[] = [];
  const add = (n: number) => group.add(n).then(() => committed.push(n));
  const adding = [add(1), add(2)];
  await setImmediate();
  adding.push(add(3));
  await setImmediate();
  adding.push(add(4), add(5));
  await setImmediate();
  expect(batches).toEqual([[1, 2]]);
  gates[0]?.();
  await Promise.all(adding.slice(0, 2));
  expect(committed).toEqual([1, 2]);
  await setImmediate();
  await setImmediate();
  expect(batches).toEqual([
    [1, 2],
    [3, 4, 5],
  ]);
  gates[1]?.();
  await Promise.all(adding);
  expect(committed).toEqual([1, 2, 3, 4, 5]);
});

test('a bad item takes nobody with it', async () => {
  const written: number[] = [];
  const group = new GroupCommit<number>(async (items) => {
    await Promise.resolve();
    if (items.includes(3)) throw new Error('three');
    written.push(...items);
  });
  const outcomes = await Promise.allSettled([1, 2, 3, 4].map((n) => group.add(n)));
  expect(outcomes.map(({ status }) => status)).toEqual([
    'fulfilled',
    'fulfilled',
    'rejected',
    'fulfilled',
  ]);
  expect(written.sort()).toEqual([1, 2, 4]);
});
