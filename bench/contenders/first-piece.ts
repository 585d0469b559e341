// How long the engine alone takes for the first piece of the text on each line. Arguments: model
// file, threads.
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { Speaker } from '@voiceflow/speech';
import { modelsDir, voice } from '../passage.ts';

const [modelFile = '', threads = '1'] = process.argv.slice(2);
const speaker = await Speaker.open({ modelsDir, modelFile, threads: Number(threads) });
console.log('ready');
for await (const text of createInterface({ input: process.stdin })) {
  const startedAt = performance.now();
  const cpuBefore = process.cpuUsage();
  const speech = await speaker.speak({ text, voice, speed: 1, locale: 'en-US' });
  const first = await speech.chunks.next();
  const wallSeconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  // The next piece is on its way already: wait for it, so that it does not delay the next text.
  await speech.chunks.next();
  await speech.chunks.return();
  const audioSeconds = (first.value?.samples.length ?? 0) / 24_000;
  console.log(JSON.stringify({ audioSeconds, wallSeconds, cpuSeconds: (user + system) / 1e6 }));
}
