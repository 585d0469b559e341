import * as z from 'zod/mini';
import { callApi, postJson } from './call-api.ts';
import { listAll } from './list-all.ts';
import { ApiError, localProblem } from './problem.ts';

const passkeySchema = z.object({
  id: z.string(),
  name: z.string(),
  created_at: z.string(),
  last_used_at: z.nullable(z.string()),
});

export type Passkey = z.infer<typeof passkeySchema>;

/** Browsers have passkeys on secure pages alone. */
export function canUsePasskeys(): boolean {
  return 'PublicKeyCredential' in window && 'parseRequestOptionsFromJSON' in PublicKeyCredential;
}

export async function logInWithPasskey(): Promise<void> {
  await postJson('/v1/auth/passkey', { response: await askPasskey('/v1/auth/passkey/options') });
}

export function listPasskeys(signal: AbortSignal): Promise<Passkey[]> {
  return listAll('/v1/me/passkeys', passkeySchema, signal);
}

export async function addPasskey(): Promise<void> {
  const options = await callApi('/v1/me/passkeys/options', { method: 'POST' });
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(await options.json());
  const credential = await navigator.credentials.create({ publicKey }).catch(noPasskey);
  await postJson('/v1/me/passkeys', { response: readAnswer(credential) });
}

export async function renamePasskey(id: string, name: string): Promise<void> {
  await postJson(`/v1/me/passkeys/${encodeURIComponent(id)}`, { name }, 'PATCH');
}

export async function removePasskey(id: string): Promise<void> {
  await callApi(`/v1/me/passkeys/${encodeURIComponent(id)}`, { method: 'DELETE' });
}

/** Lets the browser answer the options that this route gives. */
export async function askPasskey(path: string): Promise<unknown> {
  const options = await callApi(path, { method: 'POST' });
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(await options.json());
  return readAnswer(await navigator.credentials.get({ publicKey }).catch(noPasskey));
}

function readAnswer(credential: Credential | null): unknown {
  if (!(credential instanceof PublicKeyCredential)) return noPasskey();
  return credential.toJSON();
}

/** Browsers do not say why: that somebody has a passkey is nobody's business. */
function noPasskey(): never {
  throw new ApiError(
    localProblem(
      'No passkey came',
      'You ended the question, it took too long, or this device has no fitting passkey. Try again, or take another way.',
    ),
  );
}
