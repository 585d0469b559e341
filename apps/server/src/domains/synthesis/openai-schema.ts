import { z } from 'zod';
import { defaultSampleRate } from './formats.ts';
import { models } from './openai-names.ts';
import { speedSchema, voiceNameSchema } from './schema.ts';
import { speechTextSchema } from './speech-text.ts';

const modelIds = models.map(({ id }) => id);

/** OpenAI's `POST /v1/audio/speech`, as far as this engine can honour it. */
export const openAiSpeechSchema = z
  .strictObject({
    model: z
      .enum(modelIds)
      .describe("OpenAI's model names are taken as other names of `kokoro-82m`."),
    input: speechTextSchema.describe(
      'What to say, in English: 1 to 5,000 characters after trimming.',
    ),
    voice: z
      .union([voiceNameSchema, z.strictObject({ id: voiceNameSchema })], {
        error: 'must be the name of a voice or {"id": …}',
      })
      .describe(
        "A stock voice, or one of OpenAI's names: alloy, ash, ballad, cedar, coral, echo, fable, marin, nova, onyx, sage, shimmer and verse each stand for the stock voice nearest in kind.",
      )
      .meta({ example: 'alloy' }),
    response_format: z
      .enum(['mp3', 'opus', 'aac', 'flac', 'wav', 'pcm'])
      .default('mp3')
      .describe('`pcm` is 16-bit little-endian at 24 kHz.'),
    speed: speedSchema,
    instructions: z
      .string()
      .max(4096)
      .optional()
      .describe('Taken but not followed: the answer says so in a `Warning` header.'),
    stream_format: z
      .enum(['audio', 'sse'])
      .default('audio')
      .describe('`sse`: `speech.audio.delta` events with base64, then `speech.audio.done`.'),
  })
  .transform(({ input, voice, response_format: format, ...body }) => ({
    streamFormat: body.stream_format,
    instructed: body.instructions !== undefined && body.instructions.trim() !== '',
    speech: {
      ...input,
      voice: typeof voice === 'string' ? voice : voice.id,
      speed: body.speed,
      format,
      sampleRate: defaultSampleRate(format),
    },
  }))
  .meta({ id: 'OpenAiSpeechRequest' });

export const modelListSchema = z
  .object({
    object: z.literal('list'),
    data: z.array(
      z.object({
        id: z.string(),
        object: z.literal('model'),
        created: z.int().describe('Unix seconds'),
        owned_by: z.string(),
      }),
    ),
  })
  .meta({ id: 'ModelList' });
