/** What a webhook may hear of. */
export const webhookEvents = [
  { event: 'api_key.expiring', means: 'A key ends in 14, 7 or 1 days' },
  { event: 'api_key.leaked', means: 'A key was found in public and has been revoked' },
] as const;

export type WebhookEvent = (typeof webhookEvents)[number]['event'];
export const webhookEventNames: readonly WebhookEvent[] = webhookEvents.map(({ event }) => event);

/** Sent when it is asked for, whatever a webhook listens to. */
export const pingEvent = 'ping';
