import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { z } from 'zod';
import type { LetterToSoundModel } from './letter-to-sound.ts';

const headerSchema = z.object({
  labels: z.array(z.string()),
  candidates: z.array(z.array(z.int())).length(26),
});

/** One brotli stream: a line of JSON (labels, candidates), a newline, the weights as int8. */
export function encodeLetterToSound(model: LetterToSoundModel): Uint8Array {
  const header = JSON.stringify({ labels: model.labels, candidates: model.candidates });
  const weights = new Uint8Array(Int8Array.from(model.weights).buffer);
  const bytes = Buffer.concat([Buffer.from(`${header}\n`), weights]);
  return brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_LGWIN]: 24,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
}

export function decodeLetterToSound(file: Uint8Array): LetterToSoundModel {
  const bytes = brotliDecompressSync(file);
  const headerEnd = bytes.indexOf(10);
  const header = headerSchema.parse(JSON.parse(bytes.toString('utf8', 0, headerEnd)));
  const weights = new Int8Array(bytes.subarray(headerEnd + 1));
  return { ...header, weights };
}
