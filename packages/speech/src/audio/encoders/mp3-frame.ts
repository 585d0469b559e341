/** Samples that LAME's encoder puts in front of the first; decoders add 529 of their own. */
const encoderDelay = 576;
const infoTagVersion = 'LAME3.100';

/** Bits 3–4 of the second byte: MPEG-2.5 is 0, MPEG-2 is 2, MPEG-1 is 3. */
const mpeg1 = 3;
const bitratesMpeg1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const bitratesMpeg2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
const sampleRatesMpeg1 = [44_100, 48_000, 32_000];

export interface Mp3Totals {
  /** Frames without the Info frame. */
  readonly frameCount: number;
  /** Bytes from the Info frame to the end. */
  readonly byteLength: number;
  /** Samples given to the encoder. */
  readonly sampleCount: number;
}

/** Reads an MPEG layer III frame header (ISO 11172-3, 2.4.1.3). Throws where there is none. */
export function measureFrame(frame: Uint8Array) {
  const version = (frame[1] >> 3) & 3;
  const rateIndex = (frame[2] >> 2) & 3;
  const bitrate = (version === mpeg1 ? bitratesMpeg1 : bitratesMpeg2)[frame[2] >> 4];
  const isLayer3 = frame[0] === 0xff && frame[1] >> 5 === 7 && ((frame[1] >> 1) & 3) === 1;
  if (!isLayer3 || version === 1 || rateIndex === 3 || !bitrate) {
    throw new Error('not an MPEG layer III frame');
  }
  const sampleRate = sampleRatesMpeg1[rateIndex] / [4, 1, 2, 1][version];
  const sampleCount = version === mpeg1 ? 1152 : 576;
  const padding = (frame[2] >> 1) & 1;
  return {
    byteLength: Math.floor(((sampleCount / 8) * bitrate * 1000) / sampleRate) + padding,
    sampleCount,
    bitrate,
    sideInfoLength: version === mpeg1 ? 17 : 9,
  };
}

/**
 * A silent frame that carries the Info tag with LAME's extension (gabriel.mp3-tech.org/mp3infotag),
 * for a stream of mono frames like the one whose header is given. Without totals it only says
 * how many samples to drop at the start.
 */
export function encodeInfoFrame(header: Uint8Array, totals?: Mp3Totals): Uint8Array {
  const noPadding = Uint8Array.of(header[0], header[1], header[2] & ~2, header[3]);
  const measure = measureFrame(noPadding);
  const frame = new Uint8Array(measure.byteLength);
  const view = new DataView(frame.buffer);
  frame.set(noPadding);
  let offset = 4 + measure.sideInfoLength;
  frame.set(new TextEncoder().encode('Info'), offset);
  view.setUint32(offset + 4, totals ? 3 : 0);
  offset += 8;
  if (totals) {
    view.setUint32(offset, totals.frameCount);
    view.setUint32(offset + 4, totals.byteLength);
    offset += 8;
  }
  const endPadding = totals
    ? totals.frameCount * measure.sampleCount - encoderDelay - totals.sampleCount
    : 0;
  frame.set(new TextEncoder().encode(infoTagVersion), offset);
  frame[offset + 9] = 1; // constant bit rate
  frame[offset + 20] = measure.bitrate;
  frame[offset + 21] = encoderDelay >> 4;
  frame[offset + 22] = ((encoderDelay & 0x0f) << 4) | (endPadding >> 8);
  frame[offset + 23] = endPadding;
  view.setUint32(offset + 28, totals?.byteLength ?? 0);
  view.setUint16(offset + 34, computeCrc16(frame.subarray(0, offset + 34)));
  return frame;
}

/** CRC-16 with the generator 0x8005, reflected, starting at zero, as LAME signs its tag. */
function computeCrc16(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (crc & 1 ? 0xa001 : 0);
  }
  return crc;
}
