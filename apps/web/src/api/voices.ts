import * as z from 'zod/mini';
import { callApi } from './call-api.ts';
import { listAll } from './list-all.ts';

const voiceSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** BCP 47, such as en-GB. */
  language: z.string(),
  gender: z.string(),
});

export type Voice = z.infer<typeof voiceSchema>;

export function listVoices(signal: AbortSignal): Promise<Voice[]> {
  return listAll('/v1/voices', voiceSchema, signal);
}

/** A short spoken sample of a voice. */
export async function fetchVoicePreview(voiceId: string, signal: AbortSignal): Promise<Blob> {
  const response = await callApi(`/v1/voices/${encodeURIComponent(voiceId)}/preview`, { signal });
  return response.blob();
}
