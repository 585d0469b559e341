import { DomainError } from '../../platform/errors.ts';
import type { Completions, Ending } from './completions.ts';
import type { Flight, FlightReader } from './flight.ts';
import { patchChunk } from './patches.ts';
import type { SpeechDetails } from './speech-details.ts';
import { countCharacters } from './speech-text.ts';

/** What a worker had begun and did not bring to an end. */
const failures: ReadonlySet<string> = new Set(['synthesis_failed', 'synthesis_timeout']);

const callerGone = new Error('the caller went away');

/** One request's share in a flight: what it takes of the audio, and how it ends on the books. */
export interface Delivery {
  readonly completions: Completions;
  readonly flight: Flight;
  readonly ending: Ending;
  /** Answered before under its Idempotency-Key: it is on the books already. */
  readonly replayed: boolean;
  /** Aborted when the caller goes away. */
  readonly signal: AbortSignal;
}

/** A share that is taken as it is made. */
export interface LiveDelivery extends Delivery {
  /** How much of the beginning the caller has. */
  readonly fromByte: number;
  /** Not a byte is sent before. */
  readonly recorded: Promise<void>;
}

/** Puts a completed request on the books. */
export async function settle(
  { completions, ending, replayed }: Pick<Delivery, 'completions' | 'ending' | 'replayed'>,
  details: SpeechDetails,
): Promise<void> {
  if (replayed) return;
  const whole: Ending = {
    ...ending,
    audioSeconds: details.audioSeconds,
    computeSeconds: ending.cache === 'miss' ? details.computeSeconds : 0,
  };
  await takeFromBudget(whole, await completions.complete(whole));
}

/** Of what its sender's budget holds for a request it keeps what no attempt before had counted. */
async function takeFromBudget(ending: Ending, counted: number): Promise<void> {
  const { characters, audioSeconds, settleBudget } = ending;
  const share = characters === 0 ? 0 : counted / characters;
  await settleBudget({ characters: counted, audioSeconds: audioSeconds * share });
}

/** Waits for the whole; resolves when it is on the books. The body is to be read. */
export async function deliverWhole(
  delivery: Delivery,
): Promise<{ details: SpeechDetails; body: AsyncGenerator<Buffer> }> {
  const booked = delivery.completions.begin();
  try {
    return await takeWhole(delivery.flight, delivery.signal, (details) =>
      settle(delivery, details),
    );
  } catch (error) {
    await recordUnfinished(delivery, error);
    throw error;
  } finally {
    booked();
  }
}

/** Waits for the whole, and takes none of it. */
export async function awaitWhole(flight: Flight, signal: AbortSignal): Promise<SpeechDetails> {
  const reader = flight.join({ eager: true });
  try {
    return await untilAborted(flight.finished, signal);
  } finally {
    reader.leave();
  }
}

/** The whole of a flight as a finished file; `book` is awaited before it is handed over. */
export async function takeWhole(
  flight: Flight,
  signal: AbortSignal,
  book: (details: SpeechDetails) => Promise<void> = async () => {},
): Promise<{ details: SpeechDetails; body: AsyncGenerator<Buffer> }> {
  const reader = flight.join({ eager: true });
  try {
    const details = await untilAborted(flight.finished, signal);
    await book(details);
    signal.addEventListener('abort', () => reader.leave(), { once: true });
    return { details, body: readFile(reader, details) };
  } catch (error) {
    reader.leave();
    throw error;
  }
}

/** The audio as it is made; the last bytes are followed by the booking, then by the end. */
export async function* deliverLive(delivery: LiveDelivery): AsyncGenerator<Buffer, void, void> {
  const { completions, flight, signal, fromByte } = delivery;
  const booked = completions.begin();
  const reader = flight.join({ eager: false, fromByte });
  const leave = () => reader.leave();
  signal.addEventListener('abort', leave, { once: true });
  let failure: unknown = callerGone;
  try {
    if (signal.aborted) leave();
    await delivery.recorded;
    yield* reader.read();
    signal.throwIfAborted();
    await settle(delivery, await flight.finished);
    failure = undefined;
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    signal.removeEventListener('abort', leave);
    reader.leave();
    try {
      if (failure) await recordUnfinished(delivery, failure);
    } finally {
      booked();
    }
  }
}

/** What was made until the caller went away counts; what failed does not. */
async function recordUnfinished(delivery: Delivery, error: unknown): Promise<void> {
  const { completions, flight, ending, replayed, signal } = delivery;
  if (replayed) return;
  const { progress } = flight;
  const soFar: Ending = {
    ...ending,
    characters: countCharacters(ending.spec.text.slice(0, progress.sourceEnd)),
    audioSeconds: progress.audioSeconds,
    computeSeconds: ending.cache === 'miss' ? progress.computeSeconds : 0,
  };
  if (signal.aborted || error === callerGone) {
    await takeFromBudget(soFar, await completions.cancel(soFar));
    return;
  }
  await ending.settleBudget({ characters: 0, audioSeconds: 0 });
  if (error instanceof DomainError && failures.has(error.code)) {
    await completions.fail(soFar, error.code);
  } else {
    await completions.release(ending.reservationId);
  }
}

function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

async function* readFile(reader: FlightReader, details: SpeechDetails): AsyncGenerator<Buffer> {
  let offset = 0;
  try {
    for await (const chunk of reader.read()) {
      patchChunk(chunk, offset, details.patches);
      offset += chunk.length;
      yield chunk;
    }
  } finally {
    reader.leave();
  }
}
