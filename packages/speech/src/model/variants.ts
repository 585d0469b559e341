/**
 * The ways in which the same weights are executed:
 * - `quantised`: the generator's convolutions on 8-bit integers with calibrated ranges;
 * - `float`: every convolution in float32;
 * - `shipped`: the file as it was published, its ranges measured anew in each run.
 */
export const variants = ['quantised', 'float', 'shipped'] as const;
export type Variant = (typeof variants)[number];

export function isVariant(name: string): name is Variant {
  return variants.some((variant) => variant === name);
}
