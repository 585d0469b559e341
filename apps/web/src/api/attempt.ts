/**
 * One thing that is to be made, until it is there: where no answer came, asking again with the same
 * settings brings what the first call has made.
 */
export class Attempt {
  #settings = '';
  #key = '';

  /** An idempotency key, which stays as long as the settings do. */
  keyFor(settings: string): string {
    if (settings !== this.#settings || this.#key === '') {
      this.#settings = settings;
      this.#key = createKey();
    }
    return this.#key;
  }

  /** What is made next is another one. */
  end(): void {
    this.#key = '';
  }
}

/** Not by `randomUUID`, which pages have that are secure alone. */
function createKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
