import * as z from 'zod/mini';
import { callApi } from './call-api.ts';

const letterSchema = z.object({
  id: z.string(),
  /** Null: a voice's preview, which belongs to no team. */
  team_id: z.nullable(z.string()),
  team_name: z.nullable(z.string()),
  tier: z.string(),
  voice: z.nullable(z.string()),
  characters: z.nullable(z.number()),
  attempts: z.number(),
  /** Why the last attempt failed. */
  reason: z.string(),
  queued_at: z.string(),
  died_at: z.string(),
});

export type DeadLetter = z.infer<typeof letterSchema>;

const pageSchema = z.object({ data: z.array(letterSchema), next_cursor: z.nullable(z.string()) });

const openedSchema = z.extend(letterSchema, {
  failures: z.array(z.object({ cause: z.string(), reason: z.string(), failed_at: z.string() })),
  /** The request as the worker got it, with the customer's text. */
  payload: z.unknown(),
});

export type OpenedDeadLetter = z.infer<typeof openedSchema>;

const path = '/v1/operator/dead-letters';
const pathOf = (id: string) => `${path}/${encodeURIComponent(id)}`;

/** Newest first; `cursor` is where the page before ended. */
export async function fetchDeadLetters(cursor: string | null, signal: AbortSignal) {
  const query = cursor === null ? '' : `?cursor=${encodeURIComponent(cursor)}`;
  return pageSchema.parse(await (await callApi(path + query, { signal })).json());
}

/** Its team is told, in its audit log. */
export async function openDeadLetter(id: string): Promise<OpenedDeadLetter> {
  return openedSchema.parse(await (await callApi(pathOf(id))).json());
}

/** Has the speech made once more. Answers how long it is. */
export async function replayDeadLetter(id: string): Promise<number> {
  const response = await callApi(`${pathOf(id)}/replay`, { method: 'POST' });
  return z.object({ audio_seconds: z.number() }).parse(await response.json()).audio_seconds;
}

export async function purgeDeadLetter(id: string): Promise<void> {
  await callApi(pathOf(id), { method: 'DELETE' });
}

export async function purgeDeadLetters(): Promise<void> {
  await callApi(path, { method: 'DELETE' });
}
