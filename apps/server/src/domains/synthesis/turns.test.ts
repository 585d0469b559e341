import { expect, it } from 'vitest';
import { Turns } from './turns.ts';

it('gives the next turn to whoever would be silent first by then, and one at a time', async () => {
  const turns = new Turns();
  const order: string[] = [];
  const ahead = new Map([
    ['first', 9],
    ['rich', 8],
    ['poor', 7],
    ['silent', -1],
  ]);
  const gate = Promise.withResolvers<void>();
  let running = 0;
  const take = (name: string) =>
    turns.take(
      async () => {
        running += 1;
        expect(running).toBe(1);
        order.push(name);
        await gate.promise;
        running -= 1;
      },
      () => ahead.get(name) ?? 0,
    );
  const all = [...ahead.keys()].map(take);
  // While the first one had its turn, the rich one listened on.
  ahead.set('rich', 2);
  gate.resolve();
  await Promise.all(all);
  expect(order).toEqual(['first', 'silent', 'rich', 'poor']);
});

it('goes on behind a task that fails', async () => {
  const turns = new Turns();
  const fails = turns.take(
    () => Promise.reject(new Error('no audio')),
    () => 0,
  );
  const works = turns.take(
    async () => 'audio',
    () => 0,
  );
  await expect(fails).rejects.toThrow('no audio');
  expect(await works).toBe('audio');
});
