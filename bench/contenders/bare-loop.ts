// A bare loop over session.run with the same pieces. Arguments: model file, threads, phonemes (JSON).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadVoicePack, tokenise } from '@voiceflow/speech';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { z } from 'zod';
import { modelsDir, voice } from '../passage.ts';
import { servePasses } from './serve-passes.ts';

const [modelFile = '', threads = '1', phonemesFile = ''] = process.argv.slice(2);
const session = await InferenceSession.create(modelFile, {
  intraOpNumThreads: Number(threads),
  interOpNumThreads: 1,
  logSeverityLevel: 3,
  extra: { session: { intra_op: { allow_spinning: '0' } } },
});
const pack = await loadVoicePack(join(modelsDir, 'voices', `${voice}.bin`));
const feeds = z
  .array(z.string())
  .parse(JSON.parse(readFileSync(phonemesFile, 'utf8')))
  .map((phonemes) => {
    const tokens = tokenise(phonemes);
    const padded = BigInt64Array.from([0, ...tokens, 0], BigInt);
    return {
      tokens: new Tensor('int64', padded, [1, padded.length]),
      style: new Tensor('float32', pack.style(tokens.length), [1, 256]),
      speed: new Tensor('float32', Float32Array.of(1), [1]),
    };
  });

await servePasses(async () => {
  let samples = 0;
  for (const feed of feeds) samples += (await session.run(feed)).audio.size;
  return samples / 24_000;
});
