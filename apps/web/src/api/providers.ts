import * as z from 'zod/mini';
import { postJson } from './call-api.ts';
import { listAll } from './list-all.ts';
import { forgetTeam } from './team-choice.ts';

const providerSchema = z.object({ id: z.string(), name: z.string() });

export type Provider = z.infer<typeof providerSchema>;

const pageSchema = z.object({ url: z.string() });

/** Through whom one can log in here, beside the password. */
export function listProviders(signal: AbortSignal): Promise<Provider[]> {
  return listAll('/v1/auth/providers', providerSchema, signal);
}

/**
 * Answers the provider's page, from which the browser comes back logged in, to `next`; in which team, is
 * for the server to say.
 */
export async function beginLogIn(provider: string, next: string): Promise<string> {
  const response = await postJson(`/v1/auth/oauth/${encodeURIComponent(provider)}`, { next });
  forgetTeam();
  return pageSchema.parse(await response.json()).url;
}

/** The same at the provider of the team that has proven the domain of this address. */
export async function beginSingleSignOn(email: string, next: string): Promise<string> {
  const response = await postJson('/v1/auth/sso', { email, next });
  forgetTeam();
  return pageSchema.parse(await response.json()).url;
}

/** Ends a log-in through a provider, for an account with a second factor. Answers where it leads. */
export async function bringSecondFactor(code: string): Promise<string> {
  const response = await postJson('/v1/auth/second-factor', { code });
  return z.object({ next: z.string() }).parse(await response.json()).next;
}

/** Answers the provider's page, from which the browser comes back to `next`. */
export async function beginConnection(provider: string, next: string): Promise<string> {
  const response = await postJson('/v1/me/connections', { provider, next });
  return pageSchema.parse(await response.json()).url;
}
