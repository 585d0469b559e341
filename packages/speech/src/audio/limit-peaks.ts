/** −1 dBFS, EBU R 128's limit: room for what resampling and lossy codecs add between samples. */
const ceiling = 10 ** (-1 / 20);
/** Half the width of a dip in the gain, at 24 kHz: 5 ms. */
const dipSamples = 120;

/**
 * Lowers peaks above −1 dBFS in place. Around each the gain dips smoothly to what the peak needs
 * (a raised cosine, looking ahead as far as back), so that the wave's shape stays; nothing else
 * changes. For whole pieces of 24 kHz audio.
 */
export function limitPeaks(samples: Float32Array): void {
  for (let peak = 0; peak < samples.length; peak++) {
    const excess = 1 - ceiling / Math.abs(samples[peak]);
    if (!(excess > 0)) continue;
    const from = Math.max(peak - dipSamples, 0);
    const to = Math.min(peak + dipSamples, samples.length - 1);
    for (let index = from; index <= to; index++) {
      samples[index] *=
        1 - excess * (0.5 + 0.5 * Math.cos((Math.PI * (index - peak)) / dipSamples));
    }
  }
}
