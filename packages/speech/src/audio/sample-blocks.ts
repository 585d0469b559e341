/** Cuts a stream of samples into blocks of one size. */
export class SampleBlocks {
  readonly #block: Float32Array;
  #filled = 0;
  #sampleCount = 0;

  constructor(blockSize: number) {
    this.#block = new Float32Array(blockSize);
  }

  /** Samples pushed since the start. */
  get sampleCount(): number {
    return this.#sampleCount;
  }

  /** Answers the blocks that `samples` fill. A block is only valid until the next one is asked for. */
  *push(samples: Float32Array): Generator<Float32Array> {
    this.#sampleCount += samples.length;
    let offset = 0;
    while (offset < samples.length) {
      const part = samples.subarray(offset, offset + this.#block.length - this.#filled);
      this.#block.set(part, this.#filled);
      this.#filled += part.length;
      offset += part.length;
      if (this.#filled === this.#block.length) {
        this.#filled = 0;
        yield this.#block;
      }
    }
  }

  /** The last block, filled up with silence. */
  takeRest(): Float32Array {
    this.#block.fill(0, this.#filled);
    this.#filled = 0;
    return this.#block;
  }
}
