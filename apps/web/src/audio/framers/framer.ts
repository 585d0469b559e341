/** Cuts a compressed stream, arriving in any pieces, into the packets that a decoder takes. */
export interface Framer {
  /** What the decoder must know; set once the stream has said it, at the latest with the first packet. */
  readonly config: AudioDecoderConfig | undefined;
  push(bytes: Uint8Array): Uint8Array<ArrayBuffer>[];
  /** The stream has ended: the packets that only its end completes. */
  finish(): Uint8Array<ArrayBuffer>[];
}

/** Bytes received and not yet used. */
export class ByteBuffer {
  #bytes = new Uint8Array(0);

  get length(): number {
    return this.#bytes.length;
  }

  /** Valid until the next call. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes;
  }

  append(bytes: Uint8Array): void {
    const joined = new Uint8Array(this.#bytes.length + bytes.length);
    joined.set(this.#bytes);
    joined.set(bytes, this.#bytes.length);
    this.#bytes = joined;
  }

  /** Removes and answers the first `count` bytes. */
  take(count: number): Uint8Array<ArrayBuffer> {
    const taken = this.#bytes.slice(0, count);
    this.#bytes = this.#bytes.slice(count);
    return taken;
  }

  startsWith(text: string, offset = 0): boolean {
    for (let i = 0; i < text.length; i++) {
      if (this.#bytes[offset + i] !== text.charCodeAt(i)) return false;
    }
    return true;
  }
}
