import {
  deliverWebhook,
  deliveryQueued,
  deliveryRetry,
  type WebhookSender,
} from '../domains/webhooks/index.ts';
import { type EventHandler, handleEvent } from '../platform/outbox/index.ts';

/** What follows from events, apart from the request that caused them. */
export function eventHandlers(services: {
  readonly webhooks: WebhookSender;
}): readonly EventHandler[] {
  return [
    handleEvent(deliveryQueued, {
      name: 'webhook.deliver',
      retry: deliveryRetry,
      handle: (ctx, { payload }) =>
        deliverWebhook({
          ctx,
          input: { deliveryId: payload.delivery_id },
          sender: services.webhooks,
        }),
    }),
  ];
}
