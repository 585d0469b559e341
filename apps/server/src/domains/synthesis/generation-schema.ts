import { z } from 'zod';
import { formatId, parseId } from '../../platform/ids.ts';
import { audioFormats } from './formats.ts';
import type { Generation } from './generations.ts';
import { languages } from './schema.ts';

const example = 'gen_01jd3x5qf8e5v9b1m2n3p4q5r6';

export const generationIdSchema = z
  .string()
  .transform((text, issues) => {
    const id = parseId('generation', text);
    if (id !== undefined) return id;
    issues.addIssue('must be the id of a generation (gen_…)');
    return z.NEVER;
  })
  .meta({ type: 'string', example });

export const generationSchema = z
  .object({
    id: z.string().meta({ example }),
    status: z
      .enum(['open', 'completed', 'cancelled', 'failed'])
      .describe('`open`: a stream that has not come to its end; it is under way or broke off.'),
    request_id: z.string().nullable().describe('Of the request that completed it'),
    voice: z.string().meta({ example: 'af_heart' }),
    language: z.enum(languages).nullable().describe("Null: the voice's own, until it is completed"),
    speed: z.number().meta({ example: 1 }),
    format: z.enum(audioFormats),
    sample_rate: z.int().meta({ example: 24000 }),
    characters: z.int().describe('Of the text').meta({ example: 21 }),
    audio_seconds: z.number().nullable().meta({ example: 1.575 }),
    created_at: z.iso.datetime(),
    completed_at: z.iso.datetime().nullable(),
    resumable_until: z.iso
      .datetime()
      .nullable()
      .describe('Until when `GET /v1/generations/{id}/stream` sends its audio; null: no more'),
  })
  .meta({ id: 'Generation' });

export function presentGeneration(generation: Generation): z.input<typeof generationSchema> {
  return {
    id: formatId('generation', generation.id),
    status: generation.status,
    request_id: generation.requestId,
    voice: generation.voice,
    language: languages.find((language) => language === generation.language) ?? null,
    speed: generation.speed,
    format: audioFormats.find((format) => format === generation.format) ?? 'wav',
    sample_rate: generation.sampleRate,
    characters: generation.characters,
    audio_seconds: generation.audioSeconds,
    created_at: generation.createdAt.toISOString(),
    completed_at: generation.completedAt?.toISOString() ?? null,
    resumable_until: generation.resumableUntil?.toISOString() ?? null,
  };
}
