import * as z from 'zod/mini';
import type { Attempt } from './attempt.ts';
import { callApi, postJson, postOnce } from './call-api.ts';
import { listAll } from './list-all.ts';

const secretSchema = z.object({
  id: z.string(),
  name: z.string(),
  created_at: z.string(),
  revoked_at: z.nullable(z.string()),
});

export type SigningSecret = z.infer<typeof secretSchema>;

export function listSigningSecrets(signal: AbortSignal): Promise<SigningSecret[]> {
  return listAll('/v1/signing-secrets', secretSchema, signal);
}

/** Answers the secret itself, which nobody can read again. */
export async function createSigningSecret(name: string, attempt: Attempt): Promise<string> {
  const response = await postOnce('/v1/signing-secrets', { name }, attempt);
  return z.object({ secret: z.string() }).parse(await response.json()).secret;
}

export async function revokeSigningSecret(id: string): Promise<void> {
  await callApi(`/v1/signing-secrets/${encodeURIComponent(id)}`, { method: 'DELETE' });
}

/** Whether requests with the team's keys must be signed. */
export async function isSigningRequired(signal: AbortSignal): Promise<boolean> {
  const response = await callApi('/v1/request-signing', { signal });
  return z.object({ required: z.boolean() }).parse(await response.json()).required;
}

export async function requireSigning(required: boolean): Promise<void> {
  await postJson('/v1/request-signing', { required }, 'PUT');
}
