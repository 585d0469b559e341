import type { Letter } from './mailbox.ts';

/** So many wait only where Redis is slow: whoever goes on sending waits with them. */
const mostWaiting = 64;

/**
 * Letters to one mailbox, left there in order. Nobody waits for a letter to arrive: those that come
 * while others are under way go along together, as soon as these have arrived.
 */
export class OrderedMail {
  readonly #leave: (letters: readonly Letter[]) => Promise<void>;
  readonly #onFailed: (error: unknown) => void;
  #waiting: Letter[] = [];
  #leaving: Promise<void> | undefined;

  constructor(options: {
    /** Must leave all of them, in this order, or throw: then nothing more is sent. */
    leave: (letters: readonly Letter[]) => Promise<void>;
    onFailed: (error: unknown) => void;
  }) {
    this.#leave = options.leave;
    this.#onFailed = options.onFailed;
  }

  /** Resolves once more may be sent. @throws what stopped the mail */
  async send(letter: Letter): Promise<void> {
    this.#waiting.push(letter);
    if (!this.#leaving) {
      this.#leaving = this.#leaveAll();
      this.#leaving.catch(this.#onFailed);
    }
    if (this.#waiting.length >= mostWaiting) await this.#leaving;
  }

  /** Resolves once all have arrived. @throws what stopped the mail */
  async arrived(): Promise<void> {
    await this.#leaving;
  }

  async #leaveAll(): Promise<void> {
    while (this.#waiting.length > 0) await this.#leave(this.#waiting.splice(0));
    this.#leaving = undefined;
  }
}
