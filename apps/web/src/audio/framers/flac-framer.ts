import { ByteBuffer, type Framer } from './framer.ts';

const streamInfoBytes = 34;

/** Longest frame header: sync, sizes, 7-byte number, block size, rate, CRC (RFC 9639 §9.1). */
const maxFrameHeaderBytes = 16;

/**
 * Cuts FLAC (RFC 9639) into frames. A frame does not say its length: it ends
 * where the header of the frame with the next number starts, so that each comes
 * one frame late.
 */
export class FlacFramer implements Framer {
  readonly #buffer = new ByteBuffer();
  #metadata: 'marker' | 'blocks' | 'done' = 'marker';
  #config: AudioDecoderConfig | undefined;
  #frameNumber = 0;
  #searched = 1;

  get config(): AudioDecoderConfig | undefined {
    return this.#config;
  }

  push(bytes: Uint8Array): Uint8Array<ArrayBuffer>[] {
    this.#buffer.append(bytes);
    if (this.#metadata === 'marker') {
      if (this.#buffer.length < 4) return [];
      if (!this.#buffer.startsWith('fLaC')) throw new Error('not a FLAC stream');
      this.#buffer.take(4);
      this.#metadata = 'blocks';
    }
    while (this.#metadata === 'blocks') {
      if (!this.#takeMetadataBlock()) return [];
    }
    return this.#takeFrames();
  }

  finish(): Uint8Array<ArrayBuffer>[] {
    return this.#buffer.length > 0 ? [this.#buffer.take(this.#buffer.length)] : [];
  }

  #takeMetadataBlock(): boolean {
    const [type = 0, high = 0, middle = 0, low = 0] = this.#buffer.bytes;
    const length = 4 + ((high << 16) | (middle << 8) | low);
    if (this.#buffer.length < Math.max(length, 4)) return false;
    const block = this.#buffer.take(length);
    if ((type & 0x7f) === 0) this.#config = readStreamInfo(block.subarray(4, 4 + streamInfoBytes));
    if (type & 0x80) this.#metadata = 'done';
    return true;
  }

  #takeFrames(): Uint8Array<ArrayBuffer>[] {
    const frames: Uint8Array<ArrayBuffer>[] = [];
    const nextNumber = () => (this.#frameNumber + 1) & 0x7fffffff;
    while (this.#searched + maxFrameHeaderBytes <= this.#buffer.length) {
      if (readFrameNumber(this.#buffer.bytes, this.#searched) !== nextNumber()) {
        this.#searched++;
        continue;
      }
      frames.push(this.#buffer.take(this.#searched));
      this.#searched = 1;
      this.#frameNumber++;
    }
    return frames;
  }
}

function readStreamInfo(info: Uint8Array): AudioDecoderConfig {
  const view = new DataView(info.buffer, info.byteOffset, info.length);
  const rateAndChannels = view.getUint32(10);
  const description = new Uint8Array(8 + info.length);
  // The marker and the STREAMINFO block alone, marked as the last: WebCodecs' FLAC registration §2.
  description.set([0x66, 0x4c, 0x61, 0x43, 0x80, 0, 0, streamInfoBytes]);
  description.set(info, 8);
  return {
    codec: 'flac',
    sampleRate: rateAndChannels >>> 12,
    numberOfChannels: ((rateAndChannels >>> 9) & 7) + 1,
    description,
  };
}

/** The number of the frame whose header stands at `offset`; undefined where none stands (by its CRC-8). */
function readFrameNumber(bytes: Uint8Array, offset: number): number | undefined {
  if (bytes[offset] !== 0xff || ((bytes[offset + 1] ?? 0) & 0xfe) !== 0xf8) return undefined;
  const sizes = bytes[offset + 2] ?? 0;
  const first = bytes[offset + 4] ?? 0;
  const leadingOnes = Math.clz32(~(first << 24));
  if (leadingOnes === 1 || leadingOnes > 7) return undefined;
  const numberBytes = Math.max(1, leadingOnes);
  let number = leadingOnes === 0 ? first : first & (0x7f >> leadingOnes);
  for (let i = 1; i < numberBytes; i++) {
    number = number * 64 + ((bytes[offset + 4 + i] ?? 0) & 0x3f);
  }
  const blockSizeBytes = [6, 7].indexOf(sizes >> 4) + 1;
  const rateCode = sizes & 15;
  const rateBytes = rateCode === 12 ? 1 : rateCode === 13 || rateCode === 14 ? 2 : 0;
  const crcOffset = offset + 4 + numberBytes + blockSizeBytes + rateBytes;
  return bytes[crcOffset] === crc8(bytes.subarray(offset, crcOffset)) ? number : undefined;
}

/** CRC-8 of RFC 9639 §9.1.8: polynomial 0x07, initially 0. */
function crc8(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = ((crc << 1) ^ (crc & 0x80 ? 0x07 : 0)) & 0xff;
  }
  return crc;
}
