import type { Speaker, Speech } from '@voiceflow/speech';
import { createEncoder, type Encoder, engineSampleRate } from '@voiceflow/speech/audio';
import { type JobHandler, type JobOutput, JobRejected } from '../../platform/queue/index.ts';
import { type SynthesisEvent, type SynthesisJob, synthesisJobSchema } from './job.ts';
import { Turns } from './turns.ts';

/**
 * Runs synthesis jobs on one engine. Several may be open while their readers are slow; they take
 * turns piece by piece, and `onComputed` hears how long each turn was.
 */
export function createSynthesisHandler(
  speaker: Speaker,
  onComputed: (seconds: number) => void = () => {},
): JobHandler {
  const turns = new Turns();
  return async function* synthesise(payload, signal) {
    const job = synthesisJobSchema.parse(payload);
    const { spec } = job;
    const speech = await startSpeech(speaker, job, signal);
    const encoder = await createEncoder({
      format: spec.format,
      sampleRate: spec.sampleRate,
      tags: { requestId: job.requestId, model: speaker.modelId, voice: spec.voice },
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
      yield* encodeSpeech(speech, encoder, turns, onComputed);
    } finally {
      encoder.close();
      await speech.chunks.return();
    }
  };
}

async function startSpeech(
  speaker: Speaker,
  { spec }: SynthesisJob,
  signal: AbortSignal,
): Promise<Speech> {
  try {
    return await speaker.speak(spec, signal);
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
  turns: Turns,
  onComputed: (seconds: number) => void,
): AsyncGenerator<JobOutput> {
  let samples = 0;
  let computeMs = 0;
  for (;;) {
    const piece = await turns.take(async () => {
      const startedMs = performance.now();
      const next = await speech.chunks.next();
      if (next.done) return undefined;
      const bytes = await encoder.encode(next.value.samples);
      const turnMs = performance.now() - startedMs;
      computeMs += turnMs;
      onComputed(turnMs / 1000);
      return { ...next.value, bytes };
    });
    if (!piece) break;
    samples += piece.samples.length;
    yield event({ event: 'words', data: piece.words });
    yield event({
      event: 'progress',
      data: {
        sourceEnd: piece.sourceEnd,
        audioSeconds: samples / engineSampleRate,
        computeSeconds: computeMs / 1000,
      },
    });
    yield* bytesOf(piece.bytes);
  }
  const { tail, patches } = await encoder.finish();
  yield* bytesOf(tail);
  yield event({
    event: 'done',
    data: {
      audioSeconds: samples / engineSampleRate,
      computeSeconds: computeMs / 1000,
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
