import { z } from 'zod';
import { dataHeaderSchema, readDataFile } from './data-file.ts';
import { tensorOf } from './onnx/tensor.ts';
import type { ShortKernel, ShortKernels } from './rewrites/short-kernels.ts';

/** The file that `tools/short-kernels/train.py` writes. */
const kernelsName = 'short-kernels';

const headerSchema = dataHeaderSchema.extend({
  convolutions: z.array(
    z.object({
      output: z.string(),
      outputChannels: z.number().int().positive(),
      inputChannels: z.number().int().positive(),
      taps: z.number().int().positive(),
      spacing: z.number().int().positive(),
    }),
  ),
});

/** The short kernels as they lie in this package. */
export interface StoredKernels {
  header: z.infer<typeof headerSchema>;
  kernels: ShortKernels;
}

/**
 * Reads the kernels: float16, little-endian; weights [out, in, taps] and bias [out] of each.
 * @throws when header and values disagree
 */
export async function loadKernels(): Promise<StoredKernels> {
  const { header, values } = await readDataFile(kernelsName, headerSchema);
  const halves = new Float16Array(new Uint8Array(values).buffer);
  let offset = 0;
  const take = (length: number): Float32Array => {
    offset += length;
    return new Float32Array(halves.subarray(offset - length, offset));
  };
  const kernels = new Map<string, ShortKernel>();
  for (const { output, outputChannels, inputChannels, taps, spacing } of header.convolutions) {
    const weights = take(outputChannels * inputChannels * taps);
    kernels.set(output, {
      weights: tensorOf(weights, [outputChannels, inputChannels, taps]),
      bias: tensorOf(take(outputChannels)),
      spacing,
    });
  }
  return { header, kernels };
}
