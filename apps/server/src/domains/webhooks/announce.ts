import { type Context, withTransaction } from '../../platform/context.ts';
import { createId, formatId } from '../../platform/ids.ts';
import { emitEvent } from '../../platform/outbox/index.ts';
import { deliveryQueued } from './deliver.ts';
import { insertDelivery } from './delivery-store.ts';
import type { pingEvent, WebhookEvent } from './events.ts';
import type { Delivery } from './schema.ts';
import { listListeners } from './store.ts';

/**
 * Tells a team's webhooks that listen to it of an event, if and only if the transaction of `ctx`
 * commits. `data` is what the API would show; never a secret.
 */
export async function announce({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: {
    readonly teamId: string;
    readonly event: WebhookEvent;
    readonly data: Readonly<Record<string, unknown>>;
  };
}): Promise<void> {
  await withTransaction(ctx, async (ctx) => {
    for (const webhookId of await listListeners(ctx.db, input)) {
      await queueDelivery(ctx, { ...input, webhookId });
    }
  });
}

/** Puts one message on its way to one webhook, in the transaction of `ctx`. */
export async function queueDelivery(
  ctx: Context,
  message: {
    readonly teamId: string;
    readonly webhookId: string;
    readonly event: WebhookEvent | typeof pingEvent;
    readonly data: Readonly<Record<string, unknown>>;
  },
): Promise<Delivery> {
  const { teamId, webhookId, event, data } = message;
  const id = createId();
  const createdAt = ctx.clock.now();
  const body = JSON.stringify({
    id: formatId('webhookDelivery', id),
    type: event,
    created_at: createdAt.toISOString(),
    team_id: formatId('team', teamId),
    data,
  });
  const delivery = await insertDelivery(ctx.db, {
    id,
    webhook_id: webhookId,
    event,
    body,
    created_at: createdAt,
  });
  await emitEvent(ctx, deliveryQueued, { teamId, payload: { delivery_id: id } });
  return delivery;
}
