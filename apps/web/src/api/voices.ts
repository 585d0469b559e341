import * as z from 'zod/mini';
import { callApi } from './call-api.ts';

const voiceSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** BCP 47, such as en-GB. */
  language: z.string(),
  gender: z.string(),
});

export type Voice = z.infer<typeof voiceSchema>;

const pageSchema = z.object({
  data: z.array(voiceSchema),
  next_cursor: z.nullish(z.string()),
});

/** All voices, page by page. */
export async function listVoices(signal: AbortSignal): Promise<Voice[]> {
  const voices: Voice[] = [];
  let cursor: string | null | undefined;
  do {
    const query = cursor ? `?cursor=${encodeURIComponent(cursor)}` : '';
    const response = await callApi(`/v1/voices${query}`, { signal });
    const page = pageSchema.parse(await response.json());
    voices.push(...page.data);
    cursor = page.next_cursor;
  } while (cursor);
  return voices;
}

/** A short spoken sample of a voice. */
export async function fetchVoicePreview(voiceId: string, signal: AbortSignal): Promise<Blob> {
  const response = await callApi(`/v1/voices/${encodeURIComponent(voiceId)}/preview`, { signal });
  return response.blob();
}
