import { z } from 'zod';
import { dataHeaderSchema, readDataFile } from './data-file.ts';
import type { Calibration, ConvolutionRanges } from './rewrites/quantised-convolutions.ts';
import type { Residuals } from './rewrites/tabulated-activations.ts';

/** The file that `tools/calibrate.ts` writes. */
export const calibrationName = 'calibration';

const headerSchema = dataHeaderSchema.extend({
  /** sha256 of the short kernels that the ranges were measured with. */
  kernelsSha256: z.string(),
  /** sha256 of the sentences that were spoken. */
  sentencesSha256: z.string(),
  convolutions: z.array(
    z.object({
      output: z.string(),
      inputChannels: z.number().int().positive(),
      outputChannels: z.number().int().positive(),
    }),
  ),
  /** What the residual steps begin with. */
  residuals: z.array(z.object({ value: z.string(), channels: z.number().int().positive() })),
});
export type CalibrationHeader = z.infer<typeof headerSchema>;

/** The ranges as they lie in this package, and what they were measured with. */
export interface StoredCalibration {
  header: CalibrationHeader;
  ranges: Calibration;
  residuals: Residuals;
}

/**
 * Reads the ranges: float32, little-endian; input low, input high, output low, output high of each
 * quantised convolution, then low and high of each residual. @throws when header and values disagree
 */
export async function loadCalibration(): Promise<StoredCalibration> {
  const { header, values } = await readDataFile(calibrationName, headerSchema);
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
  const residuals = new Map(
    header.residuals.map(({ value, channels }) => [
      value,
      { low: take(channels), high: take(channels) },
    ]),
  );
  return { header, ranges, residuals };
}
