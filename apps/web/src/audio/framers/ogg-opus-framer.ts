import { ByteBuffer, type Framer } from './framer.ts';

const pageHeaderBytes = 27;

/** Cuts Ogg (RFC 3533) with one Opus stream (RFC 7845) into Opus packets. */
export class OggOpusFramer implements Framer {
  readonly #buffer = new ByteBuffer();
  #packetParts: Uint8Array[] = [];
  #packetCount = 0;
  #config: AudioDecoderConfig | undefined;

  get config(): AudioDecoderConfig | undefined {
    return this.#config;
  }

  push(bytes: Uint8Array): Uint8Array<ArrayBuffer>[] {
    this.#buffer.append(bytes);
    const packets: Uint8Array<ArrayBuffer>[] = [];
    for (;;) {
      if (this.#buffer.length < pageHeaderBytes) return packets;
      if (!this.#buffer.startsWith('OggS')) throw new Error('not an Ogg page');
      const segmentCount = this.#buffer.bytes[26] ?? 0;
      const bodyOffset = pageHeaderBytes + segmentCount;
      const lacing = this.#buffer.bytes.slice(pageHeaderBytes, bodyOffset);
      const bodyBytes = lacing.reduce((sum, length) => sum + length, 0);
      if (this.#buffer.length < bodyOffset + bodyBytes) return packets;
      this.#buffer.take(bodyOffset);
      for (const length of lacing) {
        this.#packetParts.push(this.#buffer.take(length));
        if (length < 255) this.#endPacket(packets);
      }
    }
  }

  finish(): Uint8Array<ArrayBuffer>[] {
    return [];
  }

  /** The first packet is the identification header, the second the comments, the rest is sound. */
  #endPacket(packets: Uint8Array<ArrayBuffer>[]): void {
    const packet = new Uint8Array(this.#packetParts.flatMap((part) => [...part]));
    this.#packetParts = [];
    this.#packetCount++;
    if (this.#packetCount === 1) {
      const numberOfChannels = packet[9] ?? 1;
      this.#config = { codec: 'opus', sampleRate: 48_000, numberOfChannels, description: packet };
    } else if (this.#packetCount > 2) {
      packets.push(packet);
    }
  }
}
