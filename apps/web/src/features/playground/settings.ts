import type { SearchSchemaInput } from '@tanstack/react-router';
import * as z from 'zod/mini';
import { maxSpeed, minSpeed } from '../../api/speech.ts';
import { audioFormats } from './formats.ts';

export const defaultSettings = { speed: 1, format: 'wav' } as const;

const settingsSchema = z.object({
  voice: z.catch(z.optional(z.string().check(z.maxLength(100))), undefined),
  speed: z.catch(z.number().check(z.gte(minSpeed), z.lte(maxSpeed)), defaultSettings.speed),
  format: z.catch(z.enum(audioFormats), defaultSettings.format),
});

/** The playground's settings as they stand in the address, so that they can be bookmarked and shared. */
export type Settings = z.infer<typeof settingsSchema>;

/** Takes what an address says; what is missing or wrong there gets its default. */
export function parseSettings(
  search: Record<string, unknown> & Partial<SearchSchemaInput>,
): Settings {
  return settingsSchema.parse(search);
}
