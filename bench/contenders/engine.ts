// VoiceFlow's engine, from text to samples: the passage, or the texts (JSON) on the line. Arguments:
// model file, threads.
import { Speaker } from '@voiceflow/speech';
import { z } from 'zod';
import { modelsDir, passage, voice } from '../passage.ts';
import { servePasses } from './serve-passes.ts';

const [modelFile = '', threads = '1'] = process.argv.slice(2);
const speaker = await Speaker.open({ modelsDir, modelFile, threads: Number(threads) });

await servePasses(async (line) => {
  const texts = line === '' ? [passage] : z.array(z.string()).parse(JSON.parse(line));
  let samples = 0;
  for (const text of texts) {
    const speech = await speaker.speak({ text, voice, speed: 1, locale: 'en-US' });
    for await (const chunk of speech.chunks) samples += chunk.samples.length;
  }
  return samples / 24_000;
});
