import { z } from 'zod';

/** What makes the audio: equal specs on the same model give equal samples. */
export const speechSpecSchema = z.object({
  text: z.string(),
  voice: z.string(),
  /** 0.5 to 2 */
  speed: z.number(),
  locale: z.enum(['en-US', 'en-GB']),
  format: z.enum(['wav', 'pcm', 'mp3', 'opus', 'flac', 'aac', 'mulaw', 'alaw']),
  /** In Hz */
  sampleRate: z.number().int(),
  /** Speech goes on with what is being heard; of earlier versions absent. */
  follows: z.enum(['paragraph', 'sentence', 'clause', 'comma', 'word']).optional(),
  /** Of what it goes on with, made and not heard yet; of earlier versions absent. */
  unheardSeconds: z.number().int().min(0).optional(),
});

export type SpeechSpec = z.infer<typeof speechSpecSchema>;

/** What a worker is asked for. */
export const synthesisJobSchema = z.object({
  spec: speechSpecSchema,
  /** Written into the file, with the model and the voice. */
  requestId: z.string(),
  /** Somebody listens while it is made. */
  live: z.boolean().default(false),
  /** W3C Trace Context of its wait in the queue; absent where nothing is traced. */
  traceparent: z.string().optional(),
});

export type SynthesisJob = z.infer<typeof synthesisJobSchema>;

export const timedWordSchema = z.object({
  text: z.string(),
  /** UTF-16 offsets into the spec's text */
  startChar: z.number(),
  endChar: z.number(),
  spoken: z.string(),
  phonemes: z.string(),
  startSeconds: z.number(),
  endSeconds: z.number(),
});

export type SpokenWord = z.infer<typeof timedWordSchema>;

/** Replaces bytes at `offset` of a finished file (base64), such as sizes in its header. */
export const patchSchema = z.object({ offset: z.number().int(), bytes: z.base64() });

export type FilePatch = z.infer<typeof patchSchema>;

/** What a worker tells beside the audio's bytes, in this order; `words` and `progress` by piece. */
export const synthesisEventSchema = z.discriminatedUnion('event', [
  z.object({
    event: z.literal('started'),
    data: z.object({ normalisedText: z.string(), contentType: z.string(), extension: z.string() }),
  }),
  z.object({ event: z.literal('words'), data: z.array(timedWordSchema) }),
  z.object({
    event: z.literal('progress'),
    /** `sourceEnd`: UTF-16 offset in the text up to which everything has been said */
    data: z.object({ sourceEnd: z.number(), audioSeconds: z.number(), computeSeconds: z.number() }),
  }),
  z.object({
    event: z.literal('done'),
    data: z.object({
      audioSeconds: z.number(),
      computeSeconds: z.number(),
      unspokenWords: z.number().int(),
      patches: z.array(patchSchema),
    }),
  }),
]);

export type SynthesisEvent = z.infer<typeof synthesisEventSchema>;

/** What a worker says about itself when it connects. */
export const workerInfoSchema = z.object({ modelId: z.string(), warmUpSeconds: z.number() });

export type WorkerInfo = z.infer<typeof workerInfoSchema>;
