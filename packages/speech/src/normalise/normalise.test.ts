import { describe, expect, test } from 'vitest';
import { normalise } from './index.ts';
import { cases } from './normalise.cases.ts';
import { codeCases } from './normalise.code-cases.ts';
import { hardCases } from './normalise.hard-cases.ts';
import { pageCases } from './normalise.page-cases.ts';
import { tradeCases } from './normalise.trade-cases.ts';
import { wordCases } from './normalise.word-cases.ts';

const tables = [cases, wordCases, hardCases, tradeCases, codeCases, pageCases];
for (const [name, table] of tables.flatMap((of) => Object.entries(of))) {
  describe(name, () => {
    test.each(table.map((row) => [...row]))('%j', (source, american, british = american) => {
      expect(normalise(source, { locale: 'en-US' }).text).toBe(american);
      expect(normalise(source, { locale: 'en-GB' }).text).toBe(british);
    });
  });
}
