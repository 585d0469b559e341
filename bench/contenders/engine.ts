// VoiceFlow's engine, from text to samples. Arguments: model file, threads.
import { Speaker } from '@voiceflow/speech';
import { modelsDir, passage, voice } from '../passage.ts';
import { servePasses } from './serve-passes.ts';

const [modelFile = '', threads = '1'] = process.argv.slice(2);
const speaker = await Speaker.open({ modelsDir, modelFile, threads: Number(threads) });

await servePasses(async () => {
  const speech = await speaker.speak({ text: passage, voice, speed: 1, locale: 'en-US' });
  let samples = 0;
  for await (const chunk of speech.chunks) samples += chunk.samples.length;
  return samples / 24_000;
});
