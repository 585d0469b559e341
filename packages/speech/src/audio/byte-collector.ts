/** Gathers byte chunks until somebody takes them, and counts all that ever passed. */
export class ByteCollector {
  #chunks: Uint8Array[] = [];
  #pendingLength = 0;
  #takenLength = 0;

  /** Bytes pushed since the start, taken or not. */
  get totalLength(): number {
    return this.#takenLength + this.#pendingLength;
  }

  push(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
    this.#pendingLength += bytes.length;
  }

  take(): Uint8Array {
    const bytes = concatBytes(this.#chunks);
    this.#chunks = [];
    this.#takenLength += this.#pendingLength;
    this.#pendingLength = 0;
    return bytes;
  }
}

export function concatBytes(chunks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}
