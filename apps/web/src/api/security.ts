import * as z from 'zod/mini';
import { callApi, postJson } from './call-api.ts';
import { listAll } from './list-all.ts';

export async function changePassword(current: string, next: string): Promise<void> {
  await postJson('/v1/me/password', { current_password: current, new_password: next });
}

/**
 * Mails a link to the new address. No password where the account has none: that it is its owner is
 * confirmed then.
 */
export async function changeEmail(email: string, password?: string): Promise<void> {
  await postJson('/v1/me/email', { email, password });
}

const totpSecretSchema = z.object({ secret: z.string(), uri: z.string() });

export type TotpSecret = z.infer<typeof totpSecretSchema>;

/** No password where the account has none, as above. */
export async function proposeTwoFactor(password?: string): Promise<TotpSecret> {
  const response = await postJson('/v1/me/two-factor', { password });
  return totpSecretSchema.parse(await response.json());
}

const recoveryCodesSchema = z.object({ recovery_codes: z.array(z.string()) });

/** Answers the recovery codes, which nobody can read again. */
export async function confirmTwoFactor(code: string): Promise<string[]> {
  const response = await postJson('/v1/me/two-factor/confirm', { code });
  return recoveryCodesSchema.parse(await response.json()).recovery_codes;
}

/** Nothing where the account has no password, as above. */
export type TwoFactorProof = { password: string; code: string } | Record<string, never>;

/** Answers new ones in place of those that are left. */
export async function replaceRecoveryCodes(proof: TwoFactorProof): Promise<string[]> {
  const response = await postJson('/v1/me/two-factor/recovery-codes', proof);
  return recoveryCodesSchema.parse(await response.json()).recovery_codes;
}

export async function disableTwoFactor(proof: TwoFactorProof): Promise<void> {
  await postJson('/v1/me/two-factor/disable', proof);
}

const sessionSchema = z.object({
  id: z.string(),
  current: z.boolean(),
  name: z.nullable(z.string()),
  browser: z.nullable(z.string()),
  os: z.nullable(z.string()),
  ip_address: z.nullable(z.string()),
  created_at: z.string(),
  last_used_at: z.string(),
});

export type OpenSession = z.infer<typeof sessionSchema>;

export function listSessions(signal: AbortSignal): Promise<OpenSession[]> {
  return listAll('/v1/me/sessions', sessionSchema, signal);
}

export async function endSession(id: string): Promise<void> {
  await callApi(`/v1/me/sessions/${encodeURIComponent(id)}`, { method: 'DELETE' });
}

export async function endOtherSessions(): Promise<void> {
  await callApi('/v1/me/sessions', { method: 'DELETE' });
}

const connectionSchema = z.object({
  id: z.string(),
  provider: z.string(),
  email: z.nullable(z.string()),
  created_at: z.string(),
  last_used_at: z.nullable(z.string()),
});

export type Connection = z.infer<typeof connectionSchema>;

export function listConnections(signal: AbortSignal): Promise<Connection[]> {
  return listAll('/v1/me/connections', connectionSchema, signal);
}

export async function removeConnection(id: string): Promise<void> {
  await callApi(`/v1/me/connections/${encodeURIComponent(id)}`, { method: 'DELETE' });
}
