import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { benchFolder } from './passage.ts';
import type { Result } from './result.ts';

const resultsFile = join(benchFolder, 'results.json');
const isGoal = ({ goal }: Result) => goal !== '';
const pages = [
  { file: join(benchFolder, 'README.md'), shows: () => true },
  { file: join(dirname(benchFolder), 'README.md'), shows: isGoal },
];
const begin = '<!-- table: written by npm run bench -->';
const end = '<!-- end of the table -->';

const resultSchema = z.object({
  benchmark: z.string(),
  name: z.string(),
  ours: z.string(),
  peer: z.string(),
  ratio: z.string(),
  goal: z.string(),
  met: z.boolean(),
  measured: z.string(),
});

export function formatTable(results: readonly Result[]): string {
  const cells = results.map(({ name, ours, peer, ratio, goal, met }) => [
    name,
    ours,
    peer,
    ratio,
    goal === '' ? '' : `${goal} ${met ? '✓' : '✗'}`,
  ]);
  const rows = [['measured', 'VoiceFlow', 'peer', 'ratio', 'goal'], ...cells];
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  return [line(rows[0]), rule, ...rows.slice(1).map(line)].join('\n');
}

/** Keeps the results of the benchmarks that ran, beside those that did not, and writes the READMEs' tables: all here, what has a goal at the root. */
export function saveResults(results: readonly Result[]): void {
  const known = z.array(resultSchema).parse(JSON.parse(readFileSync(resultsFile, 'utf8')));
  const ran = new Set(results.map(({ benchmark }) => benchmark));
  const measured = `${new Date().toISOString().slice(0, 10)}, ${cpus()[0]?.model} × ${cpus().length}`;
  const all = [
    ...known.filter(({ benchmark }) => !ran.has(benchmark)),
    ...results.map((result) => ({ ...result, measured })),
  ];
  writeFileSync(resultsFile, `${JSON.stringify(all, null, 2)}\n`);
  const machines = [...new Set(all.map((result) => result.measured))].join('; ');
  for (const { file, shows } of pages) {
    const text = readFileSync(file, 'utf8');
    const head = text.slice(0, text.indexOf(begin) + begin.length);
    const tail = text.slice(text.indexOf(end));
    const table = formatTable(all.filter(shows));
    writeFileSync(file, `${head}\n\n${table}\n\nMeasured ${machines}.\n\n${tail}`);
  }
}
