import type { z } from 'zod';

/** Something that is looked up, and how its answer is kept. */
export interface LookUp<T> {
  /** Unique in all of the product: `key:3f2a…`. */
  readonly name: string;
  /** What an answer looks like; one that another release kept in another form is not taken. */
  readonly schema: z.ZodType<T>;
  /** How long an answer may be kept at most. */
  readonly lifetimeMs: (answer: T) => number;
  readonly load: () => Promise<T>;
}

/** Keeps what is asked often. Equal look-ups of one process at the same time are made once. */
export interface SharedCache {
  /** The answer that is kept, or else what `load` answers. A failure is not kept. */
  get<T>(lookUp: LookUp<T>): Promise<T>;
  /**
   * Makes every process ask anew. Call it in the transaction that changes the answer, before it
   * commits: neither a crash nor a rollback then leaves a wrong answer.
   */
  invalidate(name: string): Promise<void>;
}
