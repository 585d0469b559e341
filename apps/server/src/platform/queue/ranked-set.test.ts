import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RankedSet } from './ranked-set.ts';

const stepArbitrary = fc.record({
  do: fc.constantFrom('set' as const, 'set' as const, 'delete' as const, 'shift' as const),
  member: fc.nat(30),
  rank: fc.nat(8),
});

test('keeps its members by rank and, among equals, by arrival, whatever is moved or taken out', () => {
  fc.assert(
    fc.property(fc.array(stepArbitrary, { minLength: 20, maxLength: 150 }), (steps) => {
      const set = new RankedSet<number>();
      let model: { member: number; rank: number }[] = [];
      for (const { do: verb, member, rank } of steps) {
        const without = model.filter((entry) => entry.member !== member);
        if (verb === 'set') {
          set.set(member, rank);
          const after = without.filter((entry) => entry.rank > rank);
          const before = without.filter((entry) => entry.rank <= rank);
          model = [...before, { member, rank }, ...after];
        } else if (verb === 'delete') {
          expect(set.delete(member)).toBe(without.length < model.length);
          model = without;
        } else {
          expect(set.shift()).toBe(model.shift()?.member);
        }
        expect(set.size).toBe(model.length);
        expect(set.has(member)).toBe(model.some((entry) => entry.member === member));
        expect(set.first).toBe(model[0]?.member);
        expect(set.lowestRank).toBe(model[0]?.rank ?? Number.POSITIVE_INFINITY);
      }
      expect(set.inOrder()).toEqual(model);
      expect(model.map(() => set.shift())).toEqual(model.map(({ member }) => member));
    }),
  );
});
