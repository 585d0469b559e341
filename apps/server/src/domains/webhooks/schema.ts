import { z } from 'zod';
import { pageSize } from '../../platform/decimal-text.ts';
import { formatId, parseId } from '../../platform/ids.ts';
import { webhookEventNames, webhookEvents } from './events.ts';

export const webhookIdSchema = z
  .string()
  .refine((text) => parseId('webhook', text) !== undefined, {
    error: 'must be a webhook id (hook_…)',
  })
  .meta({ example: 'hook_01jd3x5qf8e5v9b1m2n3p4q5r6' });

export const deliveryIdSchema = z
  .string()
  .refine((text) => parseId('webhookDelivery', text) !== undefined, {
    error: 'must be the id of a delivery (dlv_…)',
  })
  .meta({ example: 'dlv_01jd3x5qf8e5v9b1m2n3p4q5r6' });

const urlSchema = z
  .string()
  .max(2000)
  .refine(
    (text) => URL.canParse(text) && ['https:', 'http:'].includes(new URL(text).protocol),
    'must be a URL that starts with https://',
  )
  .refine(
    (text) => !URL.canParse(text) || new URL(text).username === '',
    'must not hold a user name or password',
  )
  .meta({ example: 'https://hooks.example.com/voiceflow' });

const eventsSchema = z
  .array(z.enum(['*', ...webhookEventNames]))
  .min(1, 'must name at least one event, or `*`')
  .max(webhookEventNames.length + 1)
  .describe(
    `What to hear of. \`*\` is everything, also what is added later. ${webhookEvents.map(({ event, means }) => `\`${event}\`: ${means}.`).join(' ')}`,
  );

export const createWebhookSchema = z
  .strictObject({ url: urlSchema, events: eventsSchema.default(['*']) })
  .meta({ id: 'CreateWebhook' });

export const updateWebhookSchema = z
  .strictObject({
    url: urlSchema.optional(),
    events: eventsSchema.optional(),
    enabled: z
      .boolean()
      .optional()
      .describe('`true` begins anew after it was disabled, with what happens from now on.'),
  })
  .refine((changes) => Object.keys(changes).length > 0, 'must change something')
  .meta({ id: 'UpdateWebhook' });

export const webhookSchema = z
  .object({
    id: webhookIdSchema,
    url: z.string(),
    events: z.array(z.string()),
    enabled: z.boolean(),
    failing_since: z.iso
      .datetime()
      .nullable()
      .describe('Since when every attempt has failed. After three days it is disabled.'),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'Webhook' });

export const createdWebhookSchema = webhookSchema
  .extend({
    secret: z
      .string()
      .describe('Signs what is sent there. Shown this one time.')
      .meta({ example: 'vf_hook_3kTz9vQ2mB7xN4pL8sR1wY6cJ5hG0dFaE3uViOqKtXz' }),
  })
  .meta({ id: 'CreatedWebhook' });

export const webhookListSchema = z
  .object({ data: z.array(webhookSchema) })
  .meta({ id: 'WebhookList' });

export const webhookEventsSchema = z
  .object({
    data: z.array(
      z.object({
        event: z.string().meta({ example: 'api_key.expiring' }),
        means: z.string().meta({ example: 'A key ends in 14, 7 or 1 days' }),
      }),
    ),
  })
  .meta({ id: 'WebhookEventList' });

export const deliverySchema = z
  .object({
    id: deliveryIdSchema,
    event: z.string().meta({ example: 'api_key.expiring' }),
    status: z.enum(['pending', 'delivered', 'failed']),
    attempts: z.int(),
    response_status: z.int().nullable().describe('Of the last attempt, where there was an answer.'),
    error: z.string().nullable().describe('Why the last attempt failed.'),
    created_at: z.iso.datetime(),
    attempted_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'WebhookDelivery' });

export const listDeliveriesSchema = z.strictObject({
  limit: pageSize(),
  cursor: deliveryIdSchema.optional().describe('The `next_cursor` of the page before.'),
});

export const deliveryPageSchema = z
  .object({ data: z.array(deliverySchema), next_cursor: deliveryIdSchema.nullable() })
  .meta({ id: 'WebhookDeliveryPage' });

/** A webhook as the rules know it: ids are UUIDs, times are Dates. */
export interface Webhook {
  readonly id: string;
  readonly teamId: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly failingSince: Date | null;
  readonly disabledAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface Delivery {
  readonly id: string;
  readonly event: string;
  readonly status: 'pending' | 'delivered' | 'failed';
  readonly attempts: number;
  readonly responseStatus: number | null;
  readonly error: string | null;
  readonly createdAt: Date;
  readonly attemptedAt: Date | null;
}

export function presentWebhook(webhook: Webhook): z.output<typeof webhookSchema> {
  return {
    id: formatId('webhook', webhook.id),
    url: webhook.url,
    events: [...webhook.events],
    enabled: webhook.disabledAt === null,
    failing_since: webhook.failingSince?.toISOString() ?? null,
    created_at: webhook.createdAt.toISOString(),
    updated_at: webhook.updatedAt.toISOString(),
  };
}

export function presentDelivery(delivery: Delivery): z.output<typeof deliverySchema> {
  return {
    id: formatId('webhookDelivery', delivery.id),
    event: delivery.event,
    status: delivery.status,
    attempts: delivery.attempts,
    response_status: delivery.responseStatus,
    error: delivery.error,
    created_at: delivery.createdAt.toISOString(),
    attempted_at: delivery.attemptedAt?.toISOString() ?? null,
  };
}
