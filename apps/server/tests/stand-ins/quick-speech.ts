import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { JobHandler } from '../../src/platform/queue/index.ts';

const jobSchema = z.object({ spec: z.object({ text: z.string() }) });
const pieces = 20;
const pieceMs = 10;

/** Speech of a known sound, made piece by piece. */
export const quickSpeech: JobHandler = async function* (payload, signal) {
  const { text } = jobSchema.parse(payload).spec;
  const started = { normalisedText: text, contentType: 'audio/wav', extension: 'wav' };
  yield { type: 'event', event: 'started', data: started };
  for (let n = 0; n < pieces; n += 1) {
    await sleep(pieceMs, undefined, { signal });
    const audioSeconds = (n + 1) / 10;
    const computeSeconds = ((n + 1) * pieceMs) / 1000;
    const sourceEnd = Math.floor((text.length * (n + 1)) / pieces);
    yield { type: 'event', event: 'words', data: [] };
    yield { type: 'event', event: 'progress', data: { sourceEnd, audioSeconds, computeSeconds } };
    yield { type: 'bytes', bytes: soundOf(text, n) };
  }
  const data = { audioSeconds: 2, computeSeconds: 0.2, unspokenWords: 0, patches: [] };
  yield { type: 'event', event: 'done', data };
};

/** What is heard in the end. */
export function quickSoundOf(text: string): Buffer {
  return Buffer.concat(Array.from({ length: pieces }, (_, n) => soundOf(text, n)));
}

function soundOf(text: string, piece: number): Buffer {
  return Buffer.from(`${piece}: ${text}\n`.repeat(100));
}
