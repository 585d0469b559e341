import type { Speaker, Speech } from '@voiceflow/speech';
import { createEncoder, type Encoder, engineSampleRate } from '@voiceflow/speech/audio';
import {
  type JobHandler,
  type JobOutput,
  JobRejected,
  type JobRest,
} from '../../platform/queue/index.ts';
import { type SynthesisEvent, type SynthesisJob, synthesisJobSchema } from './job.ts';
import { PieceTeam } from './piece-team.ts';
import { Playback } from './playback.ts';
import { Turns } from './turns.ts';

interface HandlerOptions {
  readonly onComputed?: (seconds: number) => void;
  /** Milliseconds, monotonic. */
  readonly clock?: () => number;
}

/**
 * Runs synthesis jobs on one engine. Several may be open while they are ahead of their listeners or
 * their readers are slow; they take turns piece by piece, and `onComputed` hears how long each turn
 * was. Other workers may make pieces of them: the bytes are the same.
 */
export function createSynthesisHandler(
  speaker: Speaker,
  { onComputed = () => {}, clock }: HandlerOptions = {},
): JobHandler {
  const turns = new Turns();
  return async function* synthesise(payload, signal, assistance) {
    const job = synthesisJobSchema.parse(payload);
    const { spec } = job;
    const playback = new Playback({ isLive: job.live, ...(clock ? { clock } : {}) });
    const secondsAhead = () => playback.secondsAhead();
    const team = new PieceTeam({
      modelId: speaker.modelId,
      traceparent: job.traceparent,
      makePiece: (task) => speaker.makePiece(task),
      assistance,
      playback,
      signal,
      stepAside: (wait) => turns.stepAside(wait, secondsAhead),
    });
    const speech = await startSpeech({ speaker, team, job, signal });
    const encoder = await createEncoder({
      format: spec.format,
      sampleRate: spec.sampleRate,
      tags: { requestId: job.requestId, model: speaker.modelName, voice: spec.voice },
    });
    try {
      yield event({
        event: 'started',
        data: {
          normalisedText: speech.normalisedText,
          contentType: encoder.contentType,
          extension: encoder.extension,
        },
      });
      yield* encodeSpeech(speech, encoder, { turns, team, playback, onComputed });
    } finally {
      encoder.close();
      await speech.chunks.return();
    }
  };
}

async function startSpeech({
  speaker,
  team,
  job,
  signal,
}: {
  speaker: Speaker;
  team: PieceTeam;
  job: SynthesisJob;
  signal: AbortSignal;
}): Promise<Speech> {
  try {
    return await speaker.speak(job.spec, signal, (tasks) => team.makePieces(tasks));
  } catch (error) {
    // By name: importing the class would load the model's runtime into the api process as well.
    if (error instanceof Error && error.name === 'NothingToSay') {
      throw new JobRejected('nothing_to_say', error.message);
    }
    throw error;
  }
}

async function* encodeSpeech(
  speech: Speech,
  encoder: Encoder,
  {
    turns,
    team,
    playback,
    onComputed,
  }: {
    turns: Turns;
    team: PieceTeam;
    playback: Playback;
    onComputed: (seconds: number) => void;
  },
): AsyncGenerator<JobOutput | JobRest> {
  let samples = 0;
  let ownSeconds = 0;
  const secondsAhead = () => playback.secondsAhead();
  for (;;) {
    const piece = await turns.take(async () => {
      const startedMs = performance.now();
      const asideSeconds = team.asideSeconds;
      const next = await speech.chunks.next();
      if (next.done) return undefined;
      const bytes = await encoder.encode(next.value.samples);
      const turnSeconds = (performance.now() - startedMs) / 1000;
      const computedSeconds = turnSeconds - (team.asideSeconds - asideSeconds);
      ownSeconds += computedSeconds;
      onComputed(computedSeconds);
      return { ...next.value, bytes };
    }, secondsAhead);
    if (!piece) break;
    samples += piece.samples.length;
    yield event({ event: 'words', data: piece.words });
    const { assistedSeconds } = team;
    const made = {
      audioSeconds: samples / engineSampleRate,
      computeSeconds: ownSeconds + assistedSeconds,
    };
    yield event({ event: 'progress', data: { sourceEnd: piece.sourceEnd, ...made } });
    yield* bytesOf(piece.bytes);
    yield playback.made({ ...made, assistedSeconds });
  }
  const { tail, patches } = await encoder.finish();
  yield* bytesOf(tail);
  yield event({
    event: 'done',
    data: {
      audioSeconds: samples / engineSampleRate,
      computeSeconds: ownSeconds + team.assistedSeconds,
      unspokenWords: speech.unspokenWords.length,
      patches: patches.map(({ offset, bytes }) => ({
        offset,
        bytes: Buffer.from(bytes).toString('base64'),
      })),
    },
  });
}

function event(told: SynthesisEvent): JobOutput {
  return { type: 'event', event: told.event, data: told.data };
}

function* bytesOf(bytes: Uint8Array): Generator<JobOutput> {
  if (bytes.length === 0) return;
  yield {
    type: 'bytes',
    bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  };
}
