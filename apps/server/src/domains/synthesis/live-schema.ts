import { z } from 'zod';
import { defaultSampleRate, sampleRatesOf } from './formats.ts';
import {
  defaultVoice,
  languages,
  sampleRateSchema,
  speedSchema,
  voiceNameSchema,
} from './schema.ts';
import { controlCharacter } from './speech-text.ts';

/** Formats whose parts join without a seam: they have no header and no frames. */
export const liveFormats = ['pcm', 'mulaw', 'alaw'] as const;
export const maxTextUnits = 10_000;

const idSchema = z
  .string()
  .regex(/^[\w.:-]{1,64}$/, 'must be 1 to 64 letters, digits or any of . : - _');
const one = { context_id: idSchema };

const openSchema = z.strictObject({
  type: z.literal('open'),
  ...one,
  voice: voiceNameSchema.default(defaultVoice),
  speed: speedSchema,
  format: z.enum(liveFormats).default('pcm'),
  sample_rate: sampleRateSchema.optional(),
  language: z.enum(languages).optional(),
  words: z.boolean().default(false),
});

const textSchema = z
  .string({ error: 'must be a string' })
  .min(1, 'must not be empty')
  .max(maxTextUnits, `must be at most ${maxTextUnits} characters long`)
  .refine((text) => text.isWellFormed(), 'holds a lone surrogate')
  .refine((text) => !controlCharacter.test(text), 'holds a control character');

/** What a client says. */
export const liveMessageSchema = z
  .discriminatedUnion(
    'type',
    [
      openSchema,
      z.strictObject({ type: z.literal('text'), ...one, text: textSchema }),
      z.strictObject({ type: z.literal('flush'), ...one }),
      z.strictObject({ type: z.literal('close'), ...one }),
      z.strictObject({ type: z.literal('cancel'), ...one }),
      z.strictObject({ type: z.literal('ping') }),
    ],
    { error: 'must be one of open, text, flush, close, cancel, ping' },
  )
  .superRefine((message, issues) => {
    if (message.type !== 'open' || message.sample_rate === undefined) return;
    const rates = sampleRatesOf(message.format);
    if (rates.includes(message.sample_rate)) return;
    issues.addIssue({
      code: 'custom',
      path: ['sample_rate'],
      message: `must be one of ${rates.join(', ')} for ${message.format}, not ${message.sample_rate}`,
      params: { code: 'unsupported_sample_rate' },
    });
  });

export type LiveMessage = z.output<typeof liveMessageSchema>;
export type OpenMessage = Extract<LiveMessage, { type: 'open' }>;

export function sampleRateOf({ format, sample_rate }: OpenMessage): number {
  return sample_rate ?? defaultSampleRate(format);
}
