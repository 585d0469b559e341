import type { Encoder } from '../encoder.ts';
import { encodePcm16 } from '../pcm16.ts';

/** Headerless signed 16-bit little-endian samples. There is no room for metadata. */
export function createPcmEncoder(): Encoder {
  return {
    contentType: 'audio/pcm',
    extension: 'pcm',
    encode: async (samples) => encodePcm16(samples),
    finish: async () => ({ tail: new Uint8Array(), patches: [] }),
    close: () => {},
  };
}
