import { type Context, type KeyMode, withTransaction } from '../../platform/context.ts';
import { createId } from '../../platform/ids.ts';
import type { TeamActor } from '../teams/index.ts';
import { recordUsageEvents, releaseReservations } from '../usage/index.ts';
import { GroupCommit } from './group-commit.ts';
import type { SpeechSpec } from './job.ts';
import { modeOf } from './speech-orders.ts';
import {
  completeIdempotencyKeys,
  countCancelledAttempt,
  type GenerationRow,
  generationsInsert,
} from './store.ts';

/** How one request for speech ended, for the books. */
export interface Ending {
  readonly actor: TeamActor;
  readonly requestId: string;
  /** What it is called on the books once it is completed, or cancelled where nobody can try it again. */
  readonly generationId: string;
  readonly spec: SpeechSpec;
  readonly modelId: string;
  readonly cache: 'hit' | 'miss' | 'joined';
  readonly idempotencyKey: string | undefined;
  readonly startedAt: Date;
  /** Characters that count; of a cancelled request those whose audio had been made. */
  readonly characters: number;
  readonly audioSeconds: number;
  /** What this request itself cost a worker: 0 for a repeat. */
  readonly computeSeconds: number;
  /** What was set aside for it of its key's budget. */
  readonly reservationId: string | undefined;
  /** Gives back what its sender's budget holds for it and was not used. */
  readonly settleBudget: (used: { characters: number; audioSeconds: number }) => Promise<void>;
}

export interface Completions {
  /** Something will be booked of a request: call what is answered once that is done. */
  begin(): () => void;
  /** Resolves when all that has begun is on the books. */
  settled(): Promise<void>;
  /**
   * Writes the generation and its usage event in one transaction, together with what else ends at
   * the same moment. A retry under an Idempotency-Key that was completed before writes nothing.
   * Answers how many characters count that attempts before it under its key had not counted.
   */
  complete(ending: Ending): Promise<number>;
  /** The same for a request that was given up. What counts of it is not counted again on a retry. */
  cancel(ending: Ending): Promise<number>;
  /** Writes a request that failed; it counts no characters. */
  fail(ending: Ending, errorCode: string): Promise<void>;
  /** Gives back what was set aside for a request that comes onto no book. */
  release(reservationId: string | undefined): Promise<void>;
}

/** `ctx`: the system's own context; endings of several teams are written together. */
export function openCompletions(ctx: Context): Completions {
  const group = new GroupCommit<Completion>((completions) => writeCompleted(ctx, completions));
  const open = new Set<Promise<void>>();
  return {
    begin() {
      const { promise, resolve } = Promise.withResolvers<void>();
      open.add(promise);
      return () => {
        open.delete(promise);
        resolve();
      };
    },
    async settled() {
      while (open.size > 0) await Promise.all(open);
    },
    async complete(ending) {
      let counted = ending.characters;
      await group.add({
        ending,
        attemptId: createId(),
        entry: { ...toEntry(ctx, ending, 'completed'), id: ending.generationId },
        tellCounted: (characters) => {
          counted = characters;
        },
      });
      return counted;
    },
    cancel: (ending) => writeCancelled(ctx, ending),
    fail: (ending, errorCode) =>
      write(ctx, [
        { ...toEntry(ctx, { ...ending, characters: 0 }, 'failed'), error_code: errorCode },
      ]),
    release: (reservationId) => release(ctx, [reservationId]),
  };
}

type Entry = GenerationRow & {
  mode: KeyMode;
  counted: number;
  reservationId: string | undefined;
};

function release(ctx: Context, reservationIds: readonly (string | undefined)[]): Promise<void> {
  const ids = reservationIds.filter((id) => id !== undefined);
  return releaseReservations({ ctx, input: { ids } });
}

/** The entry has its id from the start: a commit whose answer was lost is not written once more. */
interface Completion {
  readonly ending: Ending;
  /** Two attempts at one generation may end at the same moment. */
  readonly attemptId: string;
  readonly entry: Entry;
  readonly tellCounted: (characters: number) => void;
}

async function writeCompleted(ctx: Context, completions: readonly Completion[]): Promise<void> {
  const underKey = completions.flatMap(({ ending, attemptId }) => {
    const { idempotencyKey: key, characters, actor } = ending;
    return key === undefined ? [] : [{ teamId: actor.teamId, key, attemptId, characters }];
  });
  if (underKey.length === 0) {
    await write(
      ctx,
      completions.map(({ entry }) => entry),
    );
    return;
  }
  await withTransaction(ctx, async (ctx) => {
    const completed = new Map(
      (await completeIdempotencyKeys(ctx.db, underKey, ctx.clock.now())).map((done) => [
        done.attemptId,
        done.alreadyCounted,
      ]),
    );
    const isRepeat = ({ ending, attemptId }: Completion) =>
      ending.idempotencyKey !== undefined && !completed.has(attemptId);
    await write(
      ctx,
      completions
        .filter((completion) => !isRepeat(completion))
        .map(({ entry, attemptId, tellCounted }) => {
          const counted = rest(entry.characters, completed.get(attemptId));
          tellCounted(counted);
          return { ...entry, counted };
        }),
    );
    const repeats = completions.filter(isRepeat);
    for (const { tellCounted } of repeats) tellCounted(0);
    await release(
      ctx,
      repeats.map(({ entry }) => entry.reservationId),
    );
  });
}

function writeCancelled(ctx: Context, ending: Ending): Promise<number> {
  return withTransaction(ctx, async (ctx) => {
    const { idempotencyKey: key, characters, actor } = ending;
    const before =
      key === undefined
        ? 0
        : await countCancelledAttempt(ctx.db, { teamId: actor.teamId, key, characters });
    const counted = rest(characters, before);
    const entry = { ...toEntry(ctx, ending, 'cancelled'), counted };
    // Under a key another attempt may yet complete the generation itself.
    await write(ctx, [key === undefined ? { ...entry, id: ending.generationId } : entry]);
    return counted;
  });
}

function rest(characters: number, alreadyCounted = 0): number {
  return Math.max(0, characters - alreadyCounted);
}

/** Generations and their usage events, by one statement: all of them or none. */
async function write(ctx: Context, entries: readonly Entry[]): Promise<void> {
  if (entries.length === 0) return;
  await recordUsageEvents({
    ctx,
    input: {
      completing: [
        generationsInsert(
          entries.map(({ mode: _mode, counted: _counted, reservationId: _id, ...row }) => row),
        ),
      ],
      events: entries.map((entry) => ({
        teamId: entry.team_id,
        apiKeyId: entry.api_key_id,
        mode: entry.mode,
        generationId: entry.id,
        characters: entry.counted,
        audioSeconds: entry.audio_seconds,
        computeSeconds: entry.compute_seconds,
        voice: entry.voice,
        status: entry.status,
        createdAt: entry.completed_at ?? entry.created_at,
        reservationId: entry.reservationId,
      })),
    },
  });
}

function toEntry(ctx: Context, ending: Ending, status: GenerationRow['status']): Entry {
  const { actor, spec } = ending;
  return {
    id: createId(),
    team_id: actor.teamId,
    api_key_id: actor.kind === 'key' ? actor.keyId : null,
    user_id: actor.kind === 'user' ? actor.userId : null,
    request_id: ending.requestId,
    voice: spec.voice,
    locale: spec.locale,
    model_id: ending.modelId,
    format: spec.format,
    sample_rate: spec.sampleRate,
    speed: spec.speed,
    characters: ending.characters,
    audio_seconds: ending.audioSeconds,
    compute_seconds: ending.computeSeconds,
    cache: ending.cache,
    status,
    error_code: null,
    created_at: ending.startedAt,
    completed_at: ctx.clock.now(),
    mode: modeOf(actor),
    counted: ending.characters,
    reservationId: ending.reservationId,
  };
}
