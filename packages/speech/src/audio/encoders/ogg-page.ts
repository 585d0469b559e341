import { concatBytes } from '../byte-collector.ts';

const maxSegments = 255;
const crcTable = Uint32Array.from({ length: 256 }, (_, index) => {
  let remainder = index << 24;
  for (let bit = 0; bit < 8; bit++) {
    remainder = (remainder << 1) ^ (remainder < 0 ? 0x04c11db7 : 0);
  }
  return remainder;
});

/**
 * Writes the pages of one logical Ogg stream (RFC 3533). Every page holds whole packets, so they
 * must fit together in 255 segments of 255 bytes.
 */
export class OggPageWriter {
  readonly #serial: number;
  #sequence = 0;

  constructor(serial: number) {
    this.#serial = serial;
  }

  /** `granulePosition`: the stream's length in samples when this page has been decoded. */
  writePage(packets: readonly Uint8Array[], granulePosition: number, isLast = false): Uint8Array {
    const lacing = packets.flatMap((packet) => [
      ...Array<number>(Math.floor(packet.length / 255)).fill(255),
      packet.length % 255,
    ]);
    if (lacing.length > maxSegments) throw new RangeError('packets too large for one Ogg page');
    const header = new Uint8Array(27 + lacing.length);
    const view = new DataView(header.buffer);
    header.set([0x4f, 0x67, 0x67, 0x53]);
    header[5] = (this.#sequence === 0 ? 2 : 0) | (isLast ? 4 : 0);
    view.setBigUint64(6, BigInt(granulePosition), true);
    view.setUint32(14, this.#serial, true);
    view.setUint32(18, this.#sequence++, true);
    header[26] = lacing.length;
    header.set(lacing, 27);
    const page = concatBytes([header, ...packets]);
    new DataView(page.buffer).setUint32(22, computeCrc(page), true);
    return page;
  }
}

/** CRC-32 with the generator 0x04c11db7, not reflected, starting at zero (RFC 3533, section 6). */
function computeCrc(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) crc = (crc << 8) ^ crcTable[(crc >>> 24) ^ byte];
  return crc >>> 0;
}
