import { ByteBuffer, type Framer } from './framer.ts';

/** What the header of a frame that knows its own length says. */
export interface SizedFrame {
  length: number;
  sampleRate: number;
}

/** Cuts streams whose frames say how long they are: MP3 and AAC in ADTS. Skips an ID3v2 tag in front. */
export class SizedFramer implements Framer {
  readonly #codec: string;
  readonly #headerBytes: number;
  readonly #readHeader: (bytes: Uint8Array) => SizedFrame | undefined;
  readonly #buffer = new ByteBuffer();
  #toSkip = 0;
  #config: AudioDecoderConfig | undefined;

  constructor(
    codec: string,
    headerBytes: number,
    readHeader: (bytes: Uint8Array) => SizedFrame | undefined,
  ) {
    this.#codec = codec;
    this.#headerBytes = headerBytes;
    this.#readHeader = readHeader;
  }

  get config(): AudioDecoderConfig | undefined {
    return this.#config;
  }

  push(bytes: Uint8Array): Uint8Array<ArrayBuffer>[] {
    this.#buffer.append(bytes);
    const frames: Uint8Array<ArrayBuffer>[] = [];
    while (this.#skip() && this.#buffer.length >= Math.max(this.#headerBytes, id3HeaderBytes)) {
      if (this.#buffer.startsWith('ID3')) {
        this.#toSkip = measureId3(this.#buffer.bytes);
        continue;
      }
      const frame = this.#readHeader(this.#buffer.bytes);
      if (!frame) {
        this.#toSkip = 1;
        continue;
      }
      if (this.#buffer.length < frame.length) break;
      const { sampleRate } = frame;
      this.#config ??= { codec: this.#codec, sampleRate, numberOfChannels: 1 };
      frames.push(this.#buffer.take(frame.length));
    }
    return frames;
  }

  finish(): Uint8Array<ArrayBuffer>[] {
    return [];
  }

  /** Answers whether all that is to be skipped has come and gone. */
  #skip(): boolean {
    const skipped = Math.min(this.#toSkip, this.#buffer.length);
    if (skipped > 0) this.#buffer.take(skipped);
    this.#toSkip -= skipped;
    return this.#toSkip === 0;
  }
}

const id3HeaderBytes = 10;

/** ID3v2.4 §3.1: four bytes of seven bits, without the header itself. */
function measureId3(bytes: Uint8Array): number {
  const size = bytes.subarray(6, 10).reduce((sum, byte) => (sum << 7) | (byte & 0x7f), 0);
  return id3HeaderBytes + size;
}

// kbit/s by index, layer III (ISO 11172-3 table 3-B.1 and ISO 13818-3).
const bitRates1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const bitRates2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
const mpeg1SampleRates = [44_100, 48_000, 32_000];

export function createMp3Framer(): Framer {
  return new SizedFramer('mp3', 4, ([sync = 0, flags = 0, rates = 0]) => {
    const version = (flags >> 3) & 3;
    const layer3 = (flags & 0b110) === 0b010;
    const baseRate = mpeg1SampleRates[(rates >> 2) & 3];
    const bitRate = (version === 3 ? bitRates1 : bitRates2)[rates >> 4];
    if (sync !== 0xff || flags >> 5 !== 7 || version === 1 || !layer3) return undefined;
    if (!baseRate || !bitRate) return undefined;
    const sampleRate = version === 3 ? baseRate : version === 2 ? baseRate / 2 : baseRate / 4;
    const bytesFactor = version === 3 ? 144_000 : 72_000;
    const padding = (rates >> 1) & 1;
    return { sampleRate, length: Math.floor((bytesFactor * bitRate) / sampleRate) + padding };
  });
}

// ISO 14496-3 table 1.18.
const adtsSampleRates = [
  96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000,
];

export function createAdtsFramer(): Framer {
  return new SizedFramer('mp4a.40.2', 7, (bytes) => {
    const [sync = 0, flags = 0, rate = 0, high = 0, middle = 0, low = 0] = bytes;
    const sampleRate = adtsSampleRates[(rate >> 2) & 15];
    const length = ((high & 3) << 11) | (middle << 3) | (low >> 5);
    if (sync !== 0xff || (flags & 0xf6) !== 0xf0 || !sampleRate || length < 7) return undefined;
    return { sampleRate, length };
  });
}
