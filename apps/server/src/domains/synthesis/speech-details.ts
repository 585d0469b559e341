import { z } from 'zod';
import { patchSchema, timedWordSchema } from './job.ts';

/** What is known of a finished file, kept beside it. */
export const speechDetailsSchema = z.object({
  /** The request that the file names in its metadata. */
  requestId: z.string(),
  contentType: z.string(),
  extension: z.string(),
  sizeBytes: z.number().int(),
  audioSeconds: z.number(),
  computeSeconds: z.number(),
  normalisedText: z.string(),
  words: z.array(timedWordSchema),
  unspokenWords: z.number().int(),
  patches: z.array(patchSchema),
});

export type SpeechDetails = z.infer<typeof speechDetailsSchema>;

/** `live`: the bytes as they were streamed; `file`: with the header fields of a finished file. */
export type FileShape = 'live' | 'file';

/** A finished file, in memory or on disk. */
export interface FinishedSpeech {
  readonly details: SpeechDetails;
  /** From byte `from` on. */
  body(shape: FileShape, from?: number): Buffer | AsyncIterable<Buffer>;
}
