import type { Context } from '../../platform/context.ts';
import type { TeamActor } from '../teams/index.ts';
import { extendBudget, reserveBudget } from '../usage/index.ts';
import type { Ending } from './completions.ts';
import type { SpeechSpec } from './job.ts';
import type { SynthesisServices } from './speech-preparation.ts';

interface Said {
  readonly characters: number;
  readonly audioSeconds: number;
  readonly computeSeconds: number;
}

/** What a text that is said part by part comes to, which is put on the books once. */
export class LiveBooks {
  private readonly services: SynthesisServices;
  private readonly ctx: Context;
  private readonly beginning: Pick<
    Ending,
    'actor' | 'requestId' | 'generationId' | 'spec' | 'startedAt'
  >;
  private reservationId: string | undefined;
  private hasReserved = false;
  private wasComputed = false;
  private isBooked = false;
  private said: Said = { characters: 0, audioSeconds: 0, computeSeconds: 0 };

  constructor(
    services: SynthesisServices,
    ctx: Context,
    what: { actor: TeamActor; generationId: string; spec: SpeechSpec },
  ) {
    this.services = services;
    this.ctx = ctx;
    this.beginning = { ...what, requestId: ctx.requestId, startedAt: ctx.clock.now() };
  }

  get totals(): { characters: number; duration_seconds: number } {
    const { characters, audioSeconds } = this.said;
    return { characters, duration_seconds: audioSeconds };
  }

  /** Sets aside what the next part needs of its key's budget. @throws DomainError `budget_exceeded` */
  async reserve(characters: number): Promise<void> {
    const { ctx } = this;
    if (this.hasReserved) {
      await extendBudget({ ctx, input: { id: this.reservationId, characters } });
      return;
    }
    this.reservationId = await reserveBudget({ ctx, input: { characters } });
    this.hasReserved = true;
  }

  add(part: Said): void {
    this.said = {
      characters: this.said.characters + part.characters,
      audioSeconds: this.said.audioSeconds + part.audioSeconds,
      computeSeconds: this.said.computeSeconds + part.computeSeconds,
    };
    this.wasComputed ||= part.computeSeconds > 0;
  }

  complete(): Promise<void> {
    return this.end((ending) => this.services.completions.complete(ending));
  }

  /** It was cancelled, or a part failed: what had been said by then counts. */
  giveUp(): Promise<void> {
    return this.end((ending) => this.services.completions.cancel(ending));
  }

  private async end(book: (ending: Ending) => Promise<unknown>): Promise<void> {
    // Who goes away right behind the booking, before they are told of it, is not charged again.
    if (this.isBooked) return;
    this.isBooked = true;
    const { completions, maker } = this.services;
    if (this.said.characters === 0) {
      await completions.release(this.reservationId);
      return;
    }
    await book({
      ...this.beginning,
      ...this.said,
      modelId: maker.modelId,
      cache: this.wasComputed ? 'miss' : 'hit',
      idempotencyKey: undefined,
      reservationId: this.reservationId,
      settleBudget: async () => {},
    });
  }
}
