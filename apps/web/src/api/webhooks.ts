import * as z from 'zod/mini';
import type { Attempt } from './attempt.ts';
import { callApi, postJson, postOnce } from './call-api.ts';
import { listAll } from './list-all.ts';

const webhookSchema = z.object({
  id: z.string(),
  url: z.string(),
  events: z.array(z.string()),
  enabled: z.boolean(),
  failing_since: z.nullable(z.string()),
  created_at: z.string(),
});

export type Webhook = z.infer<typeof webhookSchema>;

const deliverySchema = z.object({
  id: z.string(),
  event: z.string(),
  status: z.string(),
  attempts: z.number(),
  response_status: z.nullable(z.number()),
  error: z.nullable(z.string()),
  created_at: z.string(),
});

export type Delivery = z.infer<typeof deliverySchema>;

const deliveriesSchema = z.object({ data: z.array(deliverySchema) });

const pathOf = (id: string) => `/v1/webhooks/${encodeURIComponent(id)}`;

export function listWebhooks(signal: AbortSignal): Promise<Webhook[]> {
  return listAll('/v1/webhooks', webhookSchema, signal);
}

const eventSchema = z.object({ event: z.string(), means: z.string() });

/** What a webhook can hear of. */
export function listWebhookEvents(signal: AbortSignal) {
  return listAll('/v1/webhook-events', eventSchema, signal);
}

/** `events` of `*` alone are all, also those of later versions. */
export interface WebhookSettings {
  url: string;
  events: readonly string[];
}

/** Answers the secret that signs what is sent there, which nobody can read again. */
export async function createWebhook(settings: WebhookSettings, attempt: Attempt): Promise<string> {
  const response = await postOnce('/v1/webhooks', settings, attempt);
  return z.object({ secret: z.string() }).parse(await response.json()).secret;
}

export async function updateWebhook(id: string, settings: WebhookSettings): Promise<void> {
  await postJson(pathOf(id), settings, 'PATCH');
}

export async function enableWebhook(id: string, enabled: boolean): Promise<void> {
  await postJson(pathOf(id), { enabled }, 'PATCH');
}

export async function deleteWebhook(id: string): Promise<void> {
  await callApi(pathOf(id), { method: 'DELETE' });
}

/** Sends something there for trying, which is delivered like all else. */
export async function pingWebhook(id: string): Promise<void> {
  await callApi(`${pathOf(id)}/ping`, { method: 'POST' });
}

/** The newest fifty. */
export async function listDeliveries(id: string, signal: AbortSignal): Promise<Delivery[]> {
  const response = await callApi(`${pathOf(id)}/deliveries`, { signal });
  return deliveriesSchema.parse(await response.json()).data;
}
