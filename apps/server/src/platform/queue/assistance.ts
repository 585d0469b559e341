/** What another worker made of a task. */
export interface AssistedWork {
  readonly bytes: Buffer;
  readonly computeSeconds: number;
}

/** A task that a worker without work of its own may take. */
export interface Offer {
  /** Undefined where whoever began it could not do it. It may be lost, and then never settles. */
  readonly made: Promise<AssistedWork | undefined>;
  /** @returns whether nobody has begun it; then nobody will */
  withdraw(): Promise<boolean>;
  /** Takes no notice any more of what becomes of it. */
  drop(): void;
}

/**
 * Has parts of a job made by workers that have nothing else to do. It is no more than a chance: a
 * job must be able to make everything itself, and equal tasks must give equal work.
 */
export interface Assistance {
  /** Resolves once others can see it. */
  offer(task: unknown): Promise<Offer>;
}

/** Makes, in another worker, what a job there has offered. Its worker takes no job meanwhile. */
export type AssistHandler = (task: unknown) => Promise<Buffer>;

/** @returns undefined where it cannot be done here */
export async function assist(
  handler: AssistHandler | undefined,
  task: unknown,
): Promise<AssistedWork | undefined> {
  const startedMs = performance.now();
  const bytes = await handler?.(task).catch(() => undefined);
  return bytes && { bytes, computeSeconds: (performance.now() - startedMs) / 1000 };
}

interface OpenOffer {
  readonly portions: Buffer[];
  readonly settle: (work: AssistedWork | undefined) => void;
}

/** What a worker has offered and still waits for. */
export class OpenOffers<Id> {
  readonly #open = new Map<Id, OpenOffer>();

  add(id: Id): Promise<AssistedWork | undefined> {
    const { promise, resolve } = Promise.withResolvers<AssistedWork | undefined>();
    this.#open.set(id, { portions: [], settle: resolve });
    return promise;
  }

  /** Portions come in order. @param index where some may come twice, or be missing */
  takePortion(id: Id, bytes: Buffer, index?: number): void {
    const portions = this.#open.get(id)?.portions;
    if (portions && (index === undefined || index === portions.length)) portions.push(bytes);
  }

  /** @param ended.computeSeconds null where it could not be made */
  end(id: Id, ended: { computeSeconds: number | null; portions?: number }): void {
    const offer = this.#open.get(id);
    if (!offer) return;
    this.#open.delete(id);
    const { computeSeconds, portions = offer.portions.length } = ended;
    const isWhole = offer.portions.length === portions && computeSeconds !== null;
    offer.settle(isWhole ? { bytes: Buffer.concat(offer.portions), computeSeconds } : undefined);
  }

  drop(id: Id): void {
    this.#open.delete(id);
  }

  /** Nothing more will come. */
  endAll(): void {
    for (const { settle } of this.#open.values()) settle(undefined);
    this.#open.clear();
  }
}
