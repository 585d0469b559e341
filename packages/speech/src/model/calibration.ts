import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Calibration, ConvolutionRanges } from './rewrites/quantised-convolutions.ts';

const headerSchema = z.object({
  description: z.string(),
  tool: z.string(),
  /** sha256 of the published model that the ranges were measured on. */
  modelSha256: z.string(),
  /** sha256 of the sentences that were spoken. */
  sentencesSha256: z.string(),
  valuesSha256: z.string(),
  convolutions: z.array(
    z.object({
      output: z.string(),
      inputChannels: z.number().int().positive(),
      outputChannels: z.number().int().positive(),
    }),
  ),
});
export type CalibrationHeader = z.infer<typeof headerSchema>;

/** The ranges as they lie in this package, and a hash of them for cache keys. */
export interface StoredCalibration {
  header: CalibrationHeader;
  ranges: Calibration;
  sha256: string;
}

const directory = new URL('../../data/', import.meta.url);
/** What was measured, and with what. */
export const calibrationHeaderFile = new URL('calibration.json', directory);
/** Float32, little-endian: input low, input high, output low, output high of each convolution. */
export const calibrationValuesFile = new URL('calibration.bin', directory);

/** Reads the ranges of the quantised convolutions. @throws when header and values disagree */
export async function loadCalibration(): Promise<StoredCalibration> {
  const [headerBytes, values] = await Promise.all([
    readFile(calibrationHeaderFile),
    readFile(calibrationValuesFile),
  ]);
  const header = headerSchema.parse(JSON.parse(headerBytes.toString('utf8')));
  if (createHash('sha256').update(values).digest('hex') !== header.valuesSha256) {
    throw new Error(`${calibrationValuesFile.pathname} is not the file its header describes`);
  }
  let offset = 0;
  const take = (channels: number): Float32Array =>
    Float32Array.from({ length: channels }, () => {
      offset += 4;
      return values.readFloatLE(offset - 4);
    });
  const ranges = new Map<string, ConvolutionRanges>();
  for (const { output, inputChannels, outputChannels } of header.convolutions) {
    ranges.set(output, {
      inputLow: take(inputChannels),
      inputHigh: take(inputChannels),
      outputLow: take(outputChannels),
      outputHigh: take(outputChannels),
    });
  }
  return { header, ranges, sha256: header.valuesSha256 };
}
