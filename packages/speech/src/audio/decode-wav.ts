/** Beyond this a file is refused: 64 channels is what any real recorder makes. */
const maxChannels = 64;
const minSampleRate = 1000;
const maxSampleRate = 384_000;
const pcmFormat = 1;
const floatFormat = 3;
const extensibleFormat = 0xfffe;
/** The sub-format GUID of WAVE_FORMAT_EXTENSIBLE behind its first two bytes. */
const extensibleGuidTail = '000000001000800000aa00389b71';

/** The bytes are no WAV file that can be read; the message says why. */
export class InvalidWav extends Error {
  override name = 'InvalidWav';
}

export interface DecodedWav {
  readonly sampleRate: number;
  readonly channels: number;
  /** −1..1, the channels interleaved. */
  readonly samples: Float32Array;
}

interface WavFormat {
  readonly encoding: 'integer' | 'float';
  readonly channels: number;
  readonly sampleRate: number;
  readonly bytesPerSample: number;
}

/**
 * Reads RIFF WAVE of 8, 16, 24 or 32-bit integers or 32 or 64-bit floats, plain or extensible. A
 * `data` size that reaches past the end, as streams have it, means all there is. Memory is bounded
 * by the input: at most four bytes out for each byte in. Floats that are not numbers become 0.
 * @throws InvalidWav
 */
export function decodeWav(bytes: Uint8Array): DecodedWav {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || readId(bytes, 0) !== 'RIFF' || readId(bytes, 8) !== 'WAVE') {
    throw new InvalidWav('not a RIFF WAVE file');
  }
  let format: WavFormat | undefined;
  for (let offset = 12; offset + 8 <= bytes.length; ) {
    const id = readId(bytes, offset);
    const size = view.getUint32(offset + 4, true);
    const start = offset + 8;
    if (id === 'data') {
      if (!format) throw new InvalidWav('the data chunk comes before the fmt chunk');
      const end = Math.min(start + size, bytes.length);
      return decodeSamples(new DataView(view.buffer, view.byteOffset + start, end - start), format);
    }
    if (start + size > bytes.length) throw new InvalidWav(`chunk "${id}" is cut off`);
    if (id === 'fmt ') {
      format = parseFormat(new DataView(view.buffer, view.byteOffset + start, size));
    }
    offset = start + size + (size % 2);
  }
  throw new InvalidWav(format ? 'there is no data chunk' : 'there is no fmt chunk');
}

function parseFormat(chunk: DataView): WavFormat {
  if (chunk.byteLength < 16) throw new InvalidWav('the fmt chunk is too short');
  const channels = chunk.getUint16(2, true);
  const sampleRate = chunk.getUint32(4, true);
  const blockAlign = chunk.getUint16(12, true);
  const bits = chunk.getUint16(14, true);
  if (channels < 1 || channels > maxChannels) {
    throw new InvalidWav(`${channels} channels; 1 to ${maxChannels} can be read`);
  }
  if (sampleRate < minSampleRate || sampleRate > maxSampleRate) {
    throw new InvalidWav(`${sampleRate} Hz; ${minSampleRate} to ${maxSampleRate} can be read`);
  }
  const encoding = parseEncoding(chunk);
  const supportedBits = encoding === 'float' ? [32, 64] : [8, 16, 24, 32];
  if (!supportedBits.includes(bits)) {
    throw new InvalidWav(
      `${bits}-bit ${encoding} samples; ${supportedBits.join(', ')} can be read`,
    );
  }
  const bytesPerSample = bits / 8;
  if (blockAlign !== bytesPerSample * channels) {
    throw new InvalidWav(`block size ${blockAlign} for ${channels} channels of ${bits} bits`);
  }
  return { encoding, channels, sampleRate, bytesPerSample };
}

function parseEncoding(chunk: DataView): WavFormat['encoding'] {
  let tag = chunk.getUint16(0, true);
  if (tag === extensibleFormat) {
    if (chunk.byteLength < 40) throw new InvalidWav('the extensible fmt chunk is too short');
    const guid = new Uint8Array(chunk.buffer, chunk.byteOffset + 26, 14);
    if (Buffer.from(guid).toString('hex') !== extensibleGuidTail) {
      throw new InvalidWav('unknown extensible sub-format');
    }
    tag = chunk.getUint16(24, true);
  }
  if (tag === pcmFormat) return 'integer';
  if (tag === floatFormat) return 'float';
  throw new InvalidWav(`format tag ${tag}; only PCM (1) and float (3) can be read`);
}

function decodeSamples(data: DataView, format: WavFormat): DecodedWav {
  const { channels, sampleRate, bytesPerSample } = format;
  const frameCount = Math.floor(data.byteLength / (bytesPerSample * channels));
  const samples = new Float32Array(frameCount * channels);
  const read = chooseReader(data, format);
  for (let index = 0; index < samples.length; index++) {
    samples[index] = read(index * bytesPerSample);
    if (!Number.isFinite(samples[index])) samples[index] = 0;
  }
  return { sampleRate, channels, samples };
}

function chooseReader(data: DataView, format: WavFormat): (offset: number) => number {
  if (format.encoding === 'float') {
    return format.bytesPerSample === 4
      ? (offset) => data.getFloat32(offset, true)
      : (offset) => data.getFloat64(offset, true);
  }
  switch (format.bytesPerSample) {
    case 1:
      return (offset) => (data.getUint8(offset) - 128) / 2 ** 7;
    case 2:
      return (offset) => data.getInt16(offset, true) / 2 ** 15;
    case 3:
      return (offset) =>
        (data.getUint8(offset) + data.getInt16(offset + 1, true) * 2 ** 8) / 2 ** 23;
    default:
      return (offset) => data.getInt32(offset, true) / 2 ** 31;
  }
}

function readId(bytes: Uint8Array, offset: number): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + 4));
}
