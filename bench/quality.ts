import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  kokoroPaths,
  loadVoicePack,
  melDistanceDecibels,
  melGateDecibels,
  openKokoro,
  openQualityJudge,
  opinionMargin,
  prepareKokoro,
  tokenise,
  variants,
} from '@voiceflow/speech';
import { createEncoder, engineSampleRate } from '@voiceflow/speech/audio';
import { scoreSpeech } from '../packages/speech/tests/recognise.ts';
import { modelsDir, passagePhonemes, passageWords } from './passage.ts';
import type { Result } from './result.ts';

const voices = ['af_heart', 'am_michael', 'bf_emma', 'bm_george'];

async function encodeWav(samples: Float32Array): Promise<Buffer> {
  const encoder = await createEncoder({
    format: 'wav',
    sampleRate: engineSampleRate,
    tags: { requestId: 'bench', model: 'kokoro', voice: 'bench' },
  });
  const head = await encoder.encode(samples);
  const { tail, patches } = await encoder.finish();
  const file = Buffer.concat([head, tail]);
  for (const { offset, bytes } of patches) file.set(bytes, offset);
  return file;
}

/** How far each variant is from the float one, what listeners would say, and what a recogniser understands. */
export async function benchQuality(): Promise<Result[]> {
  const folder = await mkdtemp(join(tmpdir(), 'voiceflow-bench-'));
  const pieces = await passagePhonemes();
  const sentences = passageWords();
  const takes = new Map<string, Float32Array[]>();
  const wrong = new Map<string, number>();
  const opinions = new Map<string, number>();
  const judge = await openQualityJudge(kokoroPaths(modelsDir).judgeFile);
  try {
    for (const variant of variants) {
      const { modelFile } = await prepareKokoro({
        ...kokoroPaths(modelsDir),
        variant,
      });
      const model = await openKokoro({ modelFile, threads: 2 });
      const made: Float32Array[] = [];
      const cases: { file: string; reference: string }[] = [];
      for (const voice of voices) {
        const pack = await loadVoicePack(join(modelsDir, 'voices', `${voice}.bin`));
        const whole: Float32Array[] = [];
        for (const phonemes of pieces) {
          const tokens = tokenise(phonemes);
          const { samples } = await model.run({
            tokens,
            style: pack.style(tokens.length),
            speed: 1,
          });
          whole.push(samples);
        }
        made.push(...whole);
        const file = join(folder, `${variant}-${voice}.wav`);
        const all = new Float32Array(whole.reduce((sum, { length }) => sum + length, 0));
        let at = 0;
        for (const samples of whole) {
          all.set(samples, at);
          at += samples.length;
        }
        await writeFile(file, await encodeWav(all));
        cases.push({ file, reference: sentences });
      }
      await model.close();
      takes.set(variant, made);
      let opinion = 0;
      for (const take of made) opinion += (await judge.judge(take)).overall / made.length;
      opinions.set(variant, opinion);
      const { words, errors } = await scoreSpeech(cases);
      wrong.set(variant, errors / words);
    }
    const reference = takes.get('float') ?? [];
    const percent = (share = Number.NaN) => `${(share * 100).toFixed(1)} % words wrong`;
    return variants
      .filter((variant) => variant !== 'float')
      .map((variant) => {
        const distances = (takes.get(variant) ?? []).map((take, index) =>
          melDistanceDecibels(take, reference[index]),
        );
        const distance = distances.reduce((sum, value) => sum + value, 0) / distances.length;
        const opinion = opinions.get(variant) ?? Number.NaN;
        const floatOpinion = opinions.get('float') ?? Number.NaN;
        return {
          benchmark: 'quality',
          // As published it makes the silence around the speech too: its frames stand elsewhere.
          name: `${variant} model against the float one: ${variant === 'shipped' ? '' : `${distance.toFixed(2)} dB mel distance, `}DNSMOS ${opinion.toFixed(2)} against ${floatOpinion.toFixed(2)}`,
          ours: percent(wrong.get(variant)),
          peer: percent(wrong.get('float')),
          ratio: '',
          goal: variant === 'quantised' ? `≤ ${melGateDecibels} dB, −${opinionMargin}` : '',
          met:
            variant !== 'quantised' ||
            (distance <= melGateDecibels && opinion >= floatOpinion - opinionMargin),
        };
      });
  } finally {
    await judge.close();
    await rm(folder, { recursive: true });
  }
}
