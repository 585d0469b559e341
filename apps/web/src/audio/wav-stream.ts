import { SampleDecoder, type SampleEncoding } from './sample-decoder.ts';

/** A WAV header's say about the samples behind it. */
export interface WavFormat {
  sampleRate: number;
  encoding: SampleEncoding;
  /** Offset of the first sample byte in the file. */
  dataOffset: number;
}

export class WavError extends Error {}

const encodingOfTag = new Map<number, SampleEncoding>([
  [1, 's16le'],
  [6, 'alaw'],
  [7, 'mulaw'],
]);

/** Longest header accepted before the first sample: a header is bytes, a metadata chunk a few kilobytes. */
export const maxHeaderBytes = 65_536;

/** What a live stream writes where a size belongs. */
export const unknownSize = 0xffffffff;

/**
 * Reads a mono WAV file as it arrives, cut anywhere. A data chunk of unknown
 * length (0 or 0xFFFFFFFF, as a live stream has it) lasts until the stream ends.
 */
export class WavStreamParser {
  #header = new Uint8Array(0);
  #format: WavFormat | undefined;
  #decoder: SampleDecoder | undefined;
  #bytesLeft = Number.POSITIVE_INFINITY;

  /** Known once the header has arrived. */
  get format(): WavFormat | undefined {
    return this.#format;
  }

  /** Answers the samples that `bytes` completes. Throws WavError for what is not a mono 16-bit or G.711 WAV. */
  push(bytes: Uint8Array): Float32Array<ArrayBuffer> {
    if (this.#decoder) return this.#samples(this.#decoder, bytes);
    this.#header = concat(this.#header, bytes);
    const parsed = parseHeader(this.#header);
    if (!parsed) {
      if (this.#header.length > maxHeaderBytes) throw new WavError('no samples after 64 KiB');
      return new Float32Array(0);
    }
    this.#format = parsed.format;
    this.#bytesLeft = parsed.dataBytes;
    this.#decoder = new SampleDecoder(parsed.format.encoding);
    const rest = this.#header.subarray(parsed.format.dataOffset);
    this.#header = new Uint8Array(0);
    return this.#samples(this.#decoder, rest);
  }

  #samples(decoder: SampleDecoder, bytes: Uint8Array): Float32Array<ArrayBuffer> {
    const own = bytes.subarray(0, Math.min(bytes.length, this.#bytesLeft));
    this.#bytesLeft -= own.length;
    return decoder.decode(own);
  }
}

function parseHeader(bytes: Uint8Array): { format: WavFormat; dataBytes: number } | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < 12) return undefined;
  if (chunkId(bytes, 0) !== 'RIFF' || chunkId(bytes, 8) !== 'WAVE') {
    throw new WavError('not a RIFF/WAVE file');
  }
  let sound: Omit<WavFormat, 'dataOffset'> | undefined;
  for (let offset = 12; offset + 8 <= bytes.length; ) {
    const id = chunkId(bytes, offset);
    const size = view.getUint32(offset + 4, true);
    const body = offset + 8;
    if (id === 'data') {
      if (!sound) throw new WavError('samples before their format');
      const unknown = size === 0 || size === unknownSize;
      return {
        format: { ...sound, dataOffset: body },
        dataBytes: unknown ? Number.POSITIVE_INFINITY : size,
      };
    }
    if (id === 'fmt ') {
      if (body + 16 > bytes.length) return undefined;
      sound = parseFormat(view, body);
    }
    offset = body + size + (size & 1);
  }
  return undefined;
}

function parseFormat(view: DataView, offset: number): Omit<WavFormat, 'dataOffset'> {
  const encoding = encodingOfTag.get(view.getUint16(offset, true));
  const channels = view.getUint16(offset + 2, true);
  const sampleRate = view.getUint32(offset + 4, true);
  const bits = view.getUint16(offset + 14, true);
  if (!encoding || bits !== (encoding === 's16le' ? 16 : 8)) {
    throw new WavError(`unknown sample encoding, ${bits} bits`);
  }
  if (channels !== 1) throw new WavError(`${channels} channels instead of one`);
  if (sampleRate < 3_000 || sampleRate > 384_000) throw new WavError(`sample rate ${sampleRate}`);
  return { encoding, sampleRate };
}

function chunkId(bytes: Uint8Array, offset: number): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + 4));
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}
