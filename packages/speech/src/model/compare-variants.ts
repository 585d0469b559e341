import { openKokoro } from './kokoro.ts';
import { measureVariant } from './measure-variant.ts';
import type { VariantReport } from './prepare.ts';
import { measureQuality, type SoundQuality, soundsRight } from './quality-gate.ts';
import { openQualityJudge, type QualityJudge } from './speech-quality.ts';
import type { Variant } from './variants.ts';

interface Comparison {
  judgeFile: string;
  voicesDir: string;
  /** Makes the file if it is missing. */
  modelFileOf: (variant: Variant) => Promise<string>;
  progress: (message: string) => void;
}

/** How fast each variant is here, and how it sounds. It computes for some seconds. */
export async function compareVariants(comparison: Comparison): Promise<VariantReport['measured']> {
  const judge = await openQualityJudge(comparison.judgeFile);
  const float = await measure(comparison, judge, 'float');
  const measured = [
    float,
    await measure(comparison, judge, 'quantised', float),
    await measure(comparison, judge, 'shipped', float),
  ].map(({ takes: _, ...rest }) => rest);
  await judge.close();
  return measured;
}

/** @param float what it is held against: the float variant's own measurement */
async function measure(
  { modelFileOf, voicesDir, progress }: Comparison,
  judge: QualityJudge,
  variant: Variant,
  float?: SoundQuality & { takes: Float32Array[] },
) {
  const modelFile = await modelFileOf(variant);
  progress(`Measuring the ${variant} model`);
  const model = await openKokoro({ modelFile, threads: 1 });
  const { takes, cpuSecondsPerAudioSecond } = await measureVariant(model, voicesDir);
  await model.close();
  const quality = await measureQuality(judge, takes, float?.takes ?? takes);
  const withinGate = soundsRight(variant, quality, float ?? quality);
  return { variant, cpuSecondsPerAudioSecond, ...quality, withinGate, takes };
}
