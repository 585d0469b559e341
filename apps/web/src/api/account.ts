import * as z from 'zod/mini';
import { callApi, postJson } from './call-api.ts';

const meSchema = z.object({
  id: z.string(),
  email: z.string(),
  name: z.nullable(z.string()),
  /** Null for who belongs to none. */
  team: z.nullable(
    z.object({ id: z.string(), role: z.string(), lacks_second_factor: z.boolean() }),
  ),
  /** The person at the server's own machine, who did not log in. */
  local_operator: z.boolean(),
  has_password: z.boolean(),
  two_factor: z.boolean(),
  /** When the account is erased, where its owner wished so. */
  deletion_due_at: z.nullish(z.string()),
});

export type Me = z.infer<typeof meSchema>;

export async function fetchMe(signal: AbortSignal): Promise<Me> {
  const response = await callApi('/v1/me', { signal });
  return meSchema.parse(await response.json());
}

export interface LogIn {
  email: string;
  password: string;
  /** Of the authenticator app, or a recovery code. */
  code?: string;
}

/** The server answers with cookies that no script can read. */
export async function logIn(body: LogIn): Promise<void> {
  await postJson('/v1/auth/login', body);
}

export async function logOut(everywhere: boolean): Promise<void> {
  await postJson('/v1/auth/logout', { everywhere });
}

export interface Registration {
  email: string;
  password: string;
  name?: string;
}

/** Mails a link that confirms the address. */
export async function register(body: Registration): Promise<void> {
  await postJson('/v1/auth/register', body);
}

export async function verifyEmail(token: string, password: string): Promise<void> {
  await postJson('/v1/auth/verify-email', { token, password });
}

export async function confirmEmail(token: string): Promise<void> {
  await postJson('/v1/auth/confirm-email', { token });
}

export async function forgotPassword(email: string): Promise<void> {
  await postJson('/v1/auth/forgot-password', { email });
}

export async function resetPassword(token: string, password: string): Promise<void> {
  await postJson('/v1/auth/reset-password', { token, password });
}

/** Everything that the server keeps of the person, as a file. */
export async function exportAccount(): Promise<Blob> {
  return (await callApi('/v1/me/export')).blob();
}

/** Ends all sessions, and answers when the account is erased. */
export async function deleteAccount(): Promise<string> {
  const response = await callApi('/v1/me', { method: 'DELETE' });
  return z.object({ deletion_due_at: z.string() }).parse(await response.json()).deletion_due_at;
}

export async function restoreAccount(): Promise<void> {
  await callApi('/v1/me/restore', { method: 'POST' });
}
