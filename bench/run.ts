// npm run bench [-- NAME… --rounds=N]
import { parseArgs } from 'node:util';
import { prepareModels } from '../scripts/prepare/models.ts';
import { benchAuthorisation } from './authorisation.ts';
import { benchEngine } from './engine.ts';
import { benchFairness } from './fairness.ts';
import { benchFirstAudio } from './first-audio.ts';
import { benchInterruption } from './interruption.ts';
import { benchLogIn } from './log-in.ts';
import { benchLongText } from './long-text.ts';
import { benchMemory } from './memory.ts';
import { benchQuality } from './quality.ts';
import { benchQueue } from './queue.ts';
import type { Result } from './result.ts';
import { benchServing } from './serving.ts';
import { benchStreams } from './streams.ts';
import { formatTable, saveResults } from './table.ts';

const benchmarks: Record<string, (rounds: number) => Promise<Result[]>> = {
  engine: benchEngine,
  'first-audio': benchFirstAudio,
  serving: benchServing,
  'long-text': benchLongText,
  streams: benchStreams,
  interruption: benchInterruption,
  authorisation: benchAuthorisation,
  'log-in': benchLogIn,
  fairness: benchFairness,
  queue: benchQueue,
  memory: benchMemory,
  quality: benchQuality,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '5' } },
});
const wanted = positionals.length > 0 ? positionals : Object.keys(benchmarks);
await prepareModels();
const results: Result[] = [];
for (const name of wanted) {
  const benchmark = benchmarks[name];
  if (!benchmark) throw new Error(`no benchmark ${name}: ${Object.keys(benchmarks).join(', ')}`);
  console.log(`\n${name} …`);
  const measured = await benchmark(Number(values.rounds));
  console.log(formatTable(measured));
  results.push(...measured);
}
saveResults(results);
if (results.some(({ met }) => !met)) process.exitCode = 1;
