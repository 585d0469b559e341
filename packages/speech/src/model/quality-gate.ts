import { melDistanceDecibels } from './mel-distance.ts';
import type { QualityJudge } from './speech-quality.ts';
import type { Variant } from './variants.ts';

/**
 * The quantised variant serves only while it sounds like the float one within this distance. A CPU
 * that saturates 8-bit products (AVX2 without VNNI) would exceed it. The published file is itself
 * 1.8 dB away.
 */
export const melGateDecibels = 1.7;

/**
 * And while its opinion is not lower than the float one's by more than this. Of single takes (5
 * sentences, 4 voices) the quantised variant's is 0.02 lower in the mean, with a standard deviation
 * of 0.025: the mean over the probes stays within 0.06. Ranges four times too wide cost 0.11, ranges
 * that clip at a third 0.35.
 */
export const opinionMargin = 0.08;

/** How a variant's takes of the probes sound. */
export interface SoundQuality {
  /** To the float variant, of the take that is furthest from it. */
  melDistanceDecibels: number;
  /** What listeners would say overall, from 1 to 5: DNSMOS, the mean over the takes. */
  opinion: number;
}

/** @param reference what the float variant says for the same probes */
export async function measureQuality(
  judge: QualityJudge,
  takes: readonly Float32Array[],
  reference: readonly Float32Array[],
): Promise<SoundQuality> {
  let melDistance = 0;
  let sum = 0;
  for (const [index, take] of takes.entries()) {
    melDistance = Math.max(melDistance, melDistanceDecibels(reference[index], take));
    sum += (await judge.judge(take)).overall;
  }
  return { melDistanceDecibels: melDistance, opinion: sum / takes.length };
}

/** Whether a variant may serve. @param float how the float variant sounds */
export function soundsRight(variant: Variant, quality: SoundQuality, float: SoundQuality): boolean {
  if (quality.opinion < float.opinion - opinionMargin) return false;
  // As published it differs by design: its ranges follow each sentence.
  return variant === 'shipped' || quality.melDistanceDecibels <= melGateDecibels;
}
