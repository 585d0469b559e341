import * as z from 'zod/mini';
import { callApi, postJson } from './call-api.ts';
import { askPasskey } from './passkeys.ts';

const confirmationSchema = z.object({ methods: z.array(z.string()) });

/** By what the account can show again that it is its owner who sits here. */
export async function listConfirmationMethods(signal: AbortSignal): Promise<readonly string[]> {
  const response = await callApi('/v1/me/confirm', { signal });
  return confirmationSchema.parse(await response.json()).methods;
}

/** With nothing at all where the account has nothing: a log-in just before is enough then. */
export async function confirm(proof: { password?: string; code?: string }): Promise<void> {
  await postJson('/v1/me/confirm', proof);
}

export async function confirmWithPasskey(): Promise<void> {
  await postJson('/v1/me/confirm', { passkey: await askPasskey('/v1/me/confirm/options') });
}
