import { type CompandingLaw, decodeG711 } from './g711.ts';

/** How uncompressed samples are laid out in bytes. All are mono. */
export type SampleEncoding = 's16le' | CompandingLaw;

/**
 * Turns a byte stream of mono samples into float samples in −1..1. A sample cut
 * in two by a chunk's edge is completed by the next chunk.
 */
export class SampleDecoder {
  readonly #encoding: SampleEncoding;
  #lowByte: number | undefined;

  constructor(encoding: SampleEncoding) {
    this.#encoding = encoding;
  }

  decode(bytes: Uint8Array): Float32Array<ArrayBuffer> {
    return this.#encoding === 's16le'
      ? this.#decode16(bytes)
      : Float32Array.from(bytes, companded(this.#encoding));
  }

  #decode16(bytes: Uint8Array): Float32Array<ArrayBuffer> {
    const carried = this.#lowByte === undefined ? 0 : 1;
    const samples = new Float32Array((bytes.length + carried) >> 1);
    let low = this.#lowByte;
    let count = 0;
    for (const byte of bytes) {
      if (low === undefined) {
        low = byte;
        continue;
      }
      samples[count++] = (((byte << 8) | low) << 16) / 2 ** 31;
      low = undefined;
    }
    this.#lowByte = low;
    return samples;
  }
}

function companded(law: CompandingLaw): (byte: number) => number {
  return (byte) => decodeG711(byte, law) / 2 ** 15;
}
