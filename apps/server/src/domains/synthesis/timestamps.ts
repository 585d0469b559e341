import type { z } from 'zod';
import type { SpokenWord } from './job.ts';
import type { GenerateInput, timestampsSchema } from './schema.ts';
import type { SpeechDetails } from './speech-details.ts';

/** The answer of with-timestamps, written piece by piece: the audio may be large. */
export async function* timestampsJson(
  input: GenerateInput,
  speech: { details: SpeechDetails; body: AsyncIterable<Buffer> },
): AsyncGenerator<string> {
  const { details } = speech;
  yield '{"audio":"';
  yield* toBase64(speech.body);
  const rest = JSON.stringify({
    format: input.format,
    sample_rate: input.sampleRate,
    duration_seconds: details.audioSeconds,
    normalized_text: details.normalisedText,
    words: presentWords(details.words, input),
  });
  yield `",${rest.slice(1)}`;
}

/** Words by their places in the text as the caller sent it. */
export function presentWords(
  words: readonly SpokenWord[],
  { trimmedUnits }: Pick<GenerateInput, 'trimmedUnits'>,
): z.infer<typeof timestampsSchema>['words'] {
  return words.map((word) => ({
    text: word.text,
    start_char: word.startChar + trimmedUnits,
    end_char: word.endChar + trimmedUnits,
    spoken: word.spoken,
    phonemes: word.phonemes,
    start_seconds: roundToMicroseconds(word.startSeconds),
    end_seconds: roundToMicroseconds(word.endSeconds),
  }));
}

/** Base64 of the whole, in pieces: each takes a multiple of three bytes. */
async function* toBase64(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let held: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = held.length > 0 ? Buffer.concat([held, chunk]) : chunk;
    const whole = bytes.length - (bytes.length % 3);
    held = bytes.subarray(whole);
    yield bytes.toString('base64', 0, whole);
  }
  yield held.toString('base64');
}

function roundToMicroseconds(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e6;
}
