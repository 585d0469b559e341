import * as z from 'zod/mini';
import type { Attempt } from './attempt.ts';
import { callApi, postJson, postOnce } from './call-api.ts';
import { listAll } from './list-all.ts';

const keySchema = z.object({
  id: z.string(),
  name: z.string(),
  /** The first characters of the key. */
  prefix: z.string(),
  mode: z.string(),
  scopes: z.array(z.string()),
  created_at: z.string(),
  lifetime_days: z.nullable(z.number()),
  auto_rotate: z.boolean(),
  expires_at: z.nullable(z.string()),
  allowed_ips: z.array(z.string()),
  requests_per_minute: z.nullable(z.number()),
  monthly_characters: z.nullable(z.number()),
  monthly_generations: z.nullable(z.number()),
  last_used_at: z.nullable(z.string()),
  last_used_ip: z.nullable(z.string()),
  revoked_at: z.nullable(z.string()),
  /** It works until `ends_at`, beside the present one. */
  previous_secret: z.nullable(
    z.object({ prefix: z.string(), ends_at: z.string(), last_used_at: z.nullable(z.string()) }),
  ),
  /** It was made by itself, and lies ready to be fetched. */
  next_secret: z.nullable(z.object({ prefix: z.string() })),
});

export type Key = z.infer<typeof keySchema>;

const createdKeySchema = z.extend(keySchema, { key: z.string() });

/** With the key itself, which no other answer holds. */
export type CreatedKey = z.infer<typeof createdKeySchema>;

/** What is left out stays as it is, or as the server sets it for a new key. */
export interface KeySettings {
  name: string;
  mode?: 'live' | 'test';
  scopes?: readonly string[];
  lifetime_days?: number | null;
  auto_rotate: boolean;
  allowed_ips: readonly string[];
  requests_per_minute: number | null;
  monthly_characters: number | null;
  monthly_generations: number | null;
}

const pathOf = (id: string) => `/v1/keys/${encodeURIComponent(id)}`;

export function listKeys(signal: AbortSignal): Promise<Key[]> {
  return listAll('/v1/keys', keySchema, signal);
}

export async function createKey(settings: KeySettings, attempt: Attempt): Promise<CreatedKey> {
  return createdKeySchema.parse(await (await postOnce('/v1/keys', settings, attempt)).json());
}

export async function updateKey(id: string, settings: KeySettings): Promise<void> {
  await postJson(pathOf(id), settings, 'PATCH');
}

/** The secret before goes on working for so long. */
export async function rotateKey(
  id: string,
  overlapHours: number,
  attempt: Attempt,
): Promise<CreatedKey> {
  const body = { overlap_hours: overlapHours };
  const response = await postOnce(`${pathOf(id)}/rotate`, body, attempt);
  return createdKeySchema.parse(await response.json());
}

/** The next secret, which was made by itself: good for one fetch. */
export async function revealSuccessor(id: string, attempt: Attempt): Promise<CreatedKey> {
  const response = await postOnce(`${pathOf(id)}/reveal-successor`, {}, attempt);
  return createdKeySchema.parse(await response.json());
}

/** Stops the secret before the present one. */
export async function endOverlap(id: string): Promise<void> {
  await callApi(`${pathOf(id)}/previous-secret`, { method: 'DELETE' });
}

export async function revokeKey(id: string): Promise<void> {
  await callApi(pathOf(id), { method: 'DELETE' });
}

const useSchema = z.object({ used: z.number(), limit: z.nullable(z.number()) });
const budgetSchema = z.object({
  resets_at: z.string(),
  characters: useSchema,
  generations: useSchema,
});

export type Budget = z.infer<typeof budgetSchema>;

export async function fetchBudget(id: string, signal: AbortSignal): Promise<Budget> {
  const response = await callApi(`${pathOf(id)}/budget`, { signal });
  return budgetSchema.parse(await response.json());
}
