import { readFile } from 'node:fs/promises';

/** Values of one style vector: 128 for the decoder, 128 for the prosody. */
export const styleSize = 256;
/** Rows of a voice pack: one for each number of tokens a passage may have. */
export const maxTokens = 510;

/** One voice: a style vector for every passage length. */
export class VoicePack {
  readonly #rows: Float32Array;

  /** @param rows 510 × 256 values, row-major */
  constructor(rows: Float32Array) {
    if (rows.length !== maxTokens * styleSize) {
      throw new Error(`a voice pack has ${maxTokens * styleSize} values, this one ${rows.length}`);
    }
    this.#rows = rows;
  }

  /** The style [256] for a passage of `tokenCount` tokens, pads not counted. */
  style(tokenCount: number): Float32Array {
    const row = Math.max(1, Math.min(tokenCount, maxTokens)) - 1;
    return this.#rows.subarray(row * styleSize, (row + 1) * styleSize);
  }
}

/** Reads a voice pack: 510 × 256 float32, little-endian, without a header. */
export async function loadVoicePack(file: string): Promise<VoicePack> {
  const bytes = await readFile(file);
  if (bytes.byteLength !== maxTokens * styleSize * 4) {
    throw new Error(
      `${file}: a voice pack has ${maxTokens * styleSize * 4} bytes, this file ${bytes.byteLength}`,
    );
  }
  const rows = new Float32Array(maxTokens * styleSize);
  for (let i = 0; i < rows.length; i++) rows[i] = bytes.readFloatLE(i * 4);
  if (!rows.every(Number.isFinite)) throw new Error(`${file}: holds values that are not finite`);
  return new VoicePack(rows);
}
