import { setTimeout as sleep } from 'node:timers/promises';
import type { PieceAudio, PieceTask } from '@voiceflow/speech';
import type { Assistance, Offer } from '../../platform/queue/index.ts';
import { decodePiece, type PieceOrder } from './piece-work.ts';
import type { Playback } from './playback.ts';

/** How many pieces may be offered, or lie there made, behind the one that is due. */
const piecesAhead = 4;
/** Whoever makes a piece for longer than so many times what it takes here is waited for no more. */
const patience = 2;
/** What the way of a piece through the queue may take besides. */
const wayMs = 500;

interface PlannedPiece {
  readonly task: PieceTask;
  readonly index: number;
  offer?: Offer | undefined;
  /** Somebody else has begun it. */
  isBegun?: boolean;
  audio?: PieceAudio;
}

interface PieceTeamOptions {
  readonly modelId: string;
  /** W3C Trace Context of the speech. */
  readonly traceparent?: string | undefined;
  readonly makePiece: (task: PieceTask) => Promise<PieceAudio>;
  readonly assistance: Assistance | undefined;
  readonly playback: Playback;
  readonly signal: AbortSignal;
  /** Lets other jobs compute here until `wait` is over, and before this one if they must. */
  readonly stepAside: <T>(wait: Promise<T>) => Promise<T>;
}

/**
 * Makes the pieces of one speech in order, and lets workers that have nothing to do make some of
 * those that come later. The first one is made before anything else; whatever others do not bring
 * in time is made here.
 */
export class PieceTeam {
  readonly #options: PieceTeamOptions;
  #secondsPerToken = 0;
  #planned = 0;
  #asideSeconds = 0;
  #assistedSeconds = 0;

  constructor(options: PieceTeamOptions) {
    this.#options = options;
  }

  /** How long this worker did not compute, but waited for others. */
  get asideSeconds(): number {
    return this.#asideSeconds;
  }

  /** How long others computed. */
  get assistedSeconds(): number {
    return this.#assistedSeconds;
  }

  async *makePieces(tasks: Iterator<PieceTask>): AsyncGenerator<PieceAudio, void, void> {
    const first = tasks.next();
    if (first.done) return;
    this.#planned = 1;
    yield await this.#make(first.value);
    const plan: PlannedPiece[] = [];
    try {
      for (;;) {
        await this.#planAhead(plan, tasks);
        const [due, ...later] = plan;
        if (!due) return;
        const audio = await this.#obtain(due, later);
        plan.shift();
        yield audio;
      }
    } finally {
      for (const { offer, audio } of plan) if (!audio) offer?.drop();
    }
  }

  /** The piece that is due is made here; those behind it are offered. */
  async #planAhead(plan: PlannedPiece[], tasks: Iterator<PieceTask>): Promise<void> {
    const { assistance, playback } = this.#options;
    const isHelped = assistance !== undefined && playback.needsHelp();
    while (plan.length < (isHelped ? 1 + piecesAhead : 1)) {
      const next = tasks.next();
      if (next.done) break;
      plan.push({ task: next.value, index: this.#planned });
      this.#planned += 1;
    }
    if (!isHelped) return;
    for (const piece of plan.slice(1)) {
      if (piece.offer || piece.audio) continue;
      piece.offer = await assistance.offer(this.#orderOf(piece));
      this.#watch(piece, piece.offer);
    }
  }

  #orderOf({ task, index }: PlannedPiece): PieceOrder {
    const { modelId: model, traceparent } = this.#options;
    return { model, ...task, index, ...(traceparent === undefined ? {} : { traceparent }) };
  }

  #watch(piece: PlannedPiece, offer: Offer): void {
    void offer.made.then((work) => {
      this.#assistedSeconds += work?.computeSeconds ?? 0;
      try {
        if (work) piece.audio ??= decodePiece(work.bytes);
      } catch {
        // It is made here.
      }
    });
  }

  async #obtain(due: PlannedPiece, later: readonly PlannedPiece[]): Promise<PieceAudio> {
    if (!(await this.#isBegunElsewhere(due))) return due.audio ?? this.#make(due.task);
    for (const piece of later) {
      if (due.audio || !this.#canSpare(piece.task)) break;
      if (piece.audio || (await this.#isBegunElsewhere(piece))) continue;
      piece.audio = await this.#make(piece.task);
      await this.#stepAside(Promise.resolve());
    }
    if (!due.audio) await this.#waitFor(due);
    return due.audio ?? this.#make(due.task);
  }

  async #isBegunElsewhere(piece: PlannedPiece): Promise<boolean> {
    if (piece.audio || !piece.offer) return false;
    piece.isBegun ??= !(await piece.offer.withdraw());
    return piece.isBegun;
  }

  /** Whether there is time for this before the listener wants the piece that others are making. */
  #canSpare(task: PieceTask): boolean {
    return this.#options.playback.canSpare(patience * this.#expectedSeconds(task));
  }

  #expectedSeconds({ phonemes }: PieceTask): number {
    return phonemes.length * this.#secondsPerToken;
  }

  async #waitFor({ task, offer }: PlannedPiece): Promise<void> {
    const { signal } = this.#options;
    const done = new AbortController();
    const limitMs = patience * this.#expectedSeconds(task) * 1000 + wayMs;
    const timeUp = sleep(limitMs, undefined, { signal: AbortSignal.any([signal, done.signal]) });
    await this.#stepAside(Promise.race([offer?.made, timeUp.catch(() => {})]));
    done.abort();
  }

  async #stepAside(wait: Promise<unknown>): Promise<void> {
    const { signal, stepAside } = this.#options;
    const startedMs = performance.now();
    await stepAside(wait);
    this.#asideSeconds += (performance.now() - startedMs) / 1000;
    signal.throwIfAborted();
  }

  async #make(task: PieceTask): Promise<PieceAudio> {
    const startedMs = performance.now();
    const audio = await this.#options.makePiece(task);
    this.#secondsPerToken = (performance.now() - startedMs) / 1000 / task.phonemes.length;
    return audio;
  }
}
