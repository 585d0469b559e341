import { z } from 'zod';
import { pageSize } from '../../platform/decimal-text.ts';

export const voiceIdSchema = z
  .string()
  .regex(/^[a-z]{2}_[a-z]{1,32}$/, 'must be a voice id such as af_heart')
  .meta({ example: 'af_heart' });

export const voiceSchema = z
  .object({
    id: voiceIdSchema,
    name: z.string().meta({ example: 'Heart' }),
    language: z
      .string()
      .describe('BCP 47 tag of the language that the voice was recorded in')
      .meta({ example: 'en-US' }),
    gender: z.enum(['female', 'male']),
    kind: z.enum(['stock']),
    licence: z.string().describe('SPDX licence of the voice').meta({ example: 'Apache-2.0' }),
    preview_url: z
      .string()
      .describe('Path of a short spoken sample (MP3)')
      .meta({ example: '/v1/voices/af_heart/preview' }),
  })
  .meta({ id: 'Voice' });

export const listVoicesSchema = z.strictObject({
  language: z
    .string()
    .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'must be a BCP 47 tag such as en-GB or en')
    .max(35)
    .optional()
    .describe('Only voices of this language; `en` takes in `en-US` and `en-GB`.')
    .meta({ example: 'en-GB' }),
  gender: z.enum(['female', 'male']).optional(),
  limit: pageSize(100),
  cursor: voiceIdSchema.optional().describe('The `next_cursor` of the page before.'),
});

export const voicePageSchema = z
  .object({ data: z.array(voiceSchema), next_cursor: voiceIdSchema.nullable() })
  .meta({ id: 'VoicePage' });

export type Voice = z.output<typeof voiceSchema>;
export type ListVoicesInput = z.output<typeof listVoicesSchema>;
