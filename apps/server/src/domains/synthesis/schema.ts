import { z } from 'zod';
import { describeType, showValue } from '../../platform/shown-value.ts';
import { allSampleRates, audioFormats, defaultSampleRate, sampleRatesOf } from './formats.ts';
import { speechTextSchema } from './speech-text.ts';

export const languages = ['en-US', 'en-GB'] as const;
export const defaultVoice = 'af_heart';
export const minSpeed = 0.5;
export const maxSpeed = 2;

function wrongSpeed({ input }: { readonly input?: unknown }): string {
  return `must be a number from ${minSpeed} to ${maxSpeed}, not ${showValue(input)}`;
}

export const speedSchema = z
  .number({ error: wrongSpeed })
  .min(minSpeed, { error: wrongSpeed })
  .max(maxSpeed, { error: wrongSpeed })
  .default(1)
  .describe("1 is the voice's own pace.")
  .meta({ example: 1 });

export const sampleRateSchema = z.literal(allSampleRates).meta({ example: 24000 });

export const voiceNameSchema = z
  .string({ error: (issue) => `must be a string, not ${describeType(issue.input)}` })
  .min(1, 'must name a voice')
  .max(100, 'must be at most 100 characters long');

/** The body of the three generate routes, as JSON or as a form. */
export const generateSchema = z
  .strictObject({
    text: speechTextSchema.describe(
      'What to say, in English: 1 to 5,000 characters after trimming.',
    ),
    voice: voiceNameSchema
      .default(defaultVoice)
      .describe('Id of a voice (`GET /v1/voices`).')
      .meta({ example: defaultVoice }),
    speed: speedSchema,
    format: z
      .enum(audioFormats)
      .default('wav')
      .describe(
        '`wav` and `pcm` are 16-bit; `opus` is Ogg-Opus; `mulaw` and `alaw` are headerless G.711.',
      ),
    sample_rate: sampleRateSchema
      .optional()
      .describe(
        'In Hz. 24000 unless given (8000 for `mulaw` and `alaw`, which know no other; `opus` knows 8000, 16000, 24000, 48000).',
      ),
    language: z
      .enum(languages)
      .optional()
      .describe("How the text is read. The voice's own English unless given, else `en-US`."),
  })
  .superRefine((body, issues) => {
    const rates = sampleRatesOf(body.format);
    if (body.sample_rate === undefined || rates.includes(body.sample_rate)) return;
    issues.addIssue({
      code: 'custom',
      path: ['sample_rate'],
      message: `must be one of ${rates.join(', ')} for ${body.format}, not ${body.sample_rate}`,
      params: { code: 'unsupported_sample_rate' },
    });
  })
  .transform(({ sample_rate, text, ...body }) => ({
    ...body,
    ...text,
    sampleRate: sample_rate ?? defaultSampleRate(body.format),
  }))
  .meta({ id: 'GenerateRequest' });

export type GenerateInput = z.output<typeof generateSchema>;

const seconds = z.number().describe('From the start of the audio, by the model itself');

export const timestampsSchema = z
  .object({
    audio: z.string().describe('The file, in base64').meta({ format: 'byte' }),
    format: z.enum(audioFormats),
    sample_rate: z.int(),
    duration_seconds: z.number(),
    normalized_text: z.string().describe('The text as it is said, numbers and symbols in words'),
    words: z.array(
      z.object({
        text: z.string().describe('What was written'),
        start_char: z.int().describe('UTF-16 offset in the text as it was sent'),
        end_char: z.int(),
        spoken: z.string().describe('What is said'),
        phonemes: z.string(),
        start_seconds: seconds,
        end_seconds: seconds,
      }),
    ),
  })
  .meta({ id: 'SpeechWithTimestamps' });
