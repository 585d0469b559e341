/**
 * Rounds samples (−1..1) to 16 bits; what lies outside is clipped.
 *
 * There is no dither: the speech model's own noise around its words (−72 to −89 dBFS, measured)
 * lies above the rounding error (−101 dBFS), which is noise-like by that already; silence stays
 * exact zeros, which lossless and variable-rate formats need little room for; and the same samples
 * always give the same bytes.
 */
export function quantisePcm16(samples: Float32Array): Int16Array {
  const quantised = new Int16Array(samples.length);
  for (let index = 0; index < samples.length; index++) {
    const scaled = Math.round(samples[index] * 32768);
    quantised[index] = Math.max(Math.min(scaled, 32767), -32768);
  }
  return quantised;
}

/** 16-bit little-endian bytes of the samples, whatever this machine's own byte order. */
export function encodePcm16(samples: Float32Array): Uint8Array {
  const quantised = quantisePcm16(samples);
  const bytes = new Uint8Array(quantised.length * 2);
  for (let index = 0; index < quantised.length; index++) {
    bytes[2 * index] = quantised[index];
    bytes[2 * index + 1] = quantised[index] >> 8;
  }
  return bytes;
}
