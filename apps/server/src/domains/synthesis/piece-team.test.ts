import type { PieceAudio, PieceTask } from '@voiceflow/speech';
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { Assistance, Offer } from '../../platform/queue/index.ts';
import { PieceTeam } from './piece-team.ts';
import { encodePiece } from './piece-work.ts';
import { Playback } from './playback.ts';

const pieces = Array.from({ length: 12 }, (_, index) => index + 1);
const taskSchema = z.object({ phonemes: z.string() });

/** A piece is known by its length. */
const taskOf = (piece: number): PieceTask => ({
  phonemes: 'a'.repeat(piece),
  voice: 'af_heart',
  speed: 1,
});
const pieceOf = (task: unknown) => taskSchema.parse(task).phonemes.length;
const soundOf = (piece: number): PieceAudio => ({
  samples: Float32Array.from({ length: 600 }, (_, n) => piece + n / 1_000),
  tokenFrames: Float32Array.of(1),
});

/** Other workers: they begin what they are told to, and nothing else. */
class OtherWorkers implements Assistance {
  readonly log: string[];
  readonly begin: ReadonlySet<number>;
  readonly outstanding = new Set<number>();
  readonly #made = new Map<number, (bytes: Buffer | undefined) => void>();

  constructor({ log, begin }: { log: string[]; begin: readonly number[] }) {
    this.log = log;
    this.begin = new Set(begin);
  }

  async offer(task: unknown): Promise<Offer> {
    const piece = pieceOf(task);
    const { promise, resolve } = Promise.withResolvers<Buffer | undefined>();
    this.#made.set(piece, resolve);
    this.outstanding.add(piece);
    this.log.push(`offer ${piece}`);
    return {
      made: promise.then((bytes) => bytes && { bytes, computeSeconds: 1 }),
      withdraw: async () => {
        if (this.begin.has(piece)) return false;
        this.outstanding.delete(piece);
        return true;
      },
      drop: () => {
        this.outstanding.delete(piece);
      },
    };
  }

  finish(piece: number): void {
    this.bring(piece, encodePiece(soundOf(piece)));
  }

  bring(piece: number, bytes: Buffer | undefined): void {
    this.#made.get(piece)?.(bytes);
    this.outstanding.delete(piece);
  }
}

function openTeam(
  options: {
    begin?: readonly number[];
    playback?: Playback;
    signal?: AbortSignal;
    /** It waits for other workers. */
    onAside?: (others: OtherWorkers) => void;
  } = {},
) {
  const log: string[] = [];
  const others = new OtherWorkers({ log, begin: options.begin ?? [] });
  const team = new PieceTeam({
    modelId: 'model',
    async makePiece(task) {
      log.push(`make ${pieceOf(task)}`);
      return soundOf(pieceOf(task));
    },
    assistance: others,
    playback: options.playback ?? new Playback({ isLive: false }),
    signal: options.signal ?? new AbortController().signal,
    stepAside(wait) {
      options.onAside?.(others);
      return wait;
    },
  });
  return { log, others, team, made: team.makePieces(pieces.map(taskOf).values()) };
}

/** Takes the rest, which must be all that is missing, in order and as it must sound. */
async function takeFrom(made: AsyncIterable<PieceAudio>, first = 1): Promise<void> {
  const all: PieceAudio[] = [];
  for await (const audio of made) all.push(audio);
  expect(all).toEqual(pieces.slice(first - 1).map(soundOf));
}

const ownOf = (log: readonly string[]) =>
  log.filter((line) => line.startsWith('make')).map((line) => Number(line.slice(5)));

test('makes everything itself where nobody helps, and the first piece before it asks', async () => {
  const { log, made, others, team } = openTeam();
  await takeFrom(made);
  expect(ownOf(log)).toEqual(pieces);
  expect(log.slice(0, 6)).toEqual(['make 1', 'offer 3', 'offer 4', 'offer 5', 'offer 6', 'make 2']);
  expect(others.outstanding.size).toBe(0);
  expect(team.assistedSeconds).toBe(0);
});

test('takes from others what they have made, and counts their time', async () => {
  const { log, made, others, team } = openTeam({ begin: [3, 6] });
  for (const piece of [1, 2]) expect((await made.next()).value).toEqual(soundOf(piece));
  for (const piece of [3, 6]) others.finish(piece);
  await takeFrom(made, 3);
  expect(ownOf(log)).toEqual(pieces.filter((piece) => piece !== 3 && piece !== 6));
  expect(team.assistedSeconds).toBe(2);
});

test('goes on with later pieces while another worker makes the one that is due', async () => {
  const { log, made } = openTeam({
    begin: [3],
    onAside(others) {
      log.push('others first');
      if (log.includes('make 6')) others.finish(3);
    },
  });
  await takeFrom(made);
  expect(ownOf(log)).toEqual([1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  // While the third one was being made, and with a turn of its own for each.
  const until = log.indexOf('offer 8');
  expect(log.slice(log.indexOf('make 4'), until)).toEqual([
    'make 4',
    'others first',
    'make 5',
    'others first',
    'make 6',
    'others first',
  ]);
});

test('waits for it where a listener has no time to spare', async () => {
  const playback = new Playback({ isLive: true, clock: () => 0 });
  const { log, made } = openTeam({
    begin: [3],
    playback,
    onAside(others) {
      log.push('aside');
      others.finish(3);
    },
  });
  await takeFrom(made);
  expect(log.slice(log.indexOf('make 2'))).toEqual(
    expect.arrayContaining(['make 2', 'aside', 'make 4']),
  );
  expect(log.indexOf('aside')).toBeLessThan(log.indexOf('make 4'));
});

test('makes it itself when the other worker does not come to an end, or brings nothing', async () => {
  const { log, made, others } = openTeam({ begin: [3, 4, 5] });
  for (const _ of [1, 2]) await made.next();
  others.bring(4, Buffer.from('no sound'));
  others.bring(5, undefined);
  await takeFrom(made, 3);
  expect(ownOf(log).toSorted((a, b) => a - b)).toEqual(pieces);
});

test('asks for no more than a few pieces ahead of its reader, and drops them with it', async () => {
  const { log, made, others } = openTeam({ begin: pieces });
  for (const _ of [1, 2]) await made.next();
  expect([...others.outstanding]).toEqual([3, 4, 5, 6]);
  await made.return();
  expect(others.outstanding.size).toBe(0);
  expect(log).not.toContain('offer 7');
});

test('asks for nothing while the listener has enough', async () => {
  const playback = new Playback({ isLive: true, clock: () => 0 });
  playback.made({ audioSeconds: 60, computeSeconds: 1 });
  const { log, made } = openTeam({ playback });
  await takeFrom(made);
  expect(log).toEqual(pieces.map((piece) => `make ${piece}`));
});

test('ends at once when nobody wants the speech any more', async () => {
  const abort = new AbortController();
  const playback = new Playback({ isLive: true, clock: () => 0 });
  const { made, others } = openTeam({
    begin: [3],
    playback,
    signal: abort.signal,
    onAside: () => abort.abort(new Error('the client left')),
  });
  for (const _ of [1, 2]) await made.next();
  await expect(made.next()).rejects.toThrow('the client left');
  expect(others.outstanding.size).toBe(0);
});
