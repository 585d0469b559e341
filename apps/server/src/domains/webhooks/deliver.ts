import { z } from 'zod';
import { type Context, withTransaction } from '../../platform/context.ts';
import { formatId } from '../../platform/ids.ts';
import { queueMail } from '../../platform/mail/index.ts';
import { OutboundError, postOutbound, type Resolve } from '../../platform/outbound/index.ts';
import { defineEvent, type RetryPolicy, TryAgainLater } from '../../platform/outbox/index.ts';
import type { SecretBox } from '../../platform/secret-box.ts';
import { signBody } from '../../platform/signatures/index.ts';
import { recordAuditEvent } from '../audit/index.ts';
import { isFirstTeam, listManagers } from '../teams/index.ts';
import {
  beginAttempt,
  type DueDelivery,
  deleteDeliveriesBefore,
  noteOutcome,
} from './delivery-store.ts';
import { disabledMail } from './mails.ts';
import { lockWebhook, updateWebhookRow } from './store.ts';

export const deliveryQueued = defineEvent(
  'webhook_delivery.queued',
  z.object({ delivery_id: z.string() }),
);

const maxAttempts = 20;
/** 30 s, a minute, two … six hours: three days in all. */
export const deliveryRetry: RetryPolicy = {
  limit: maxAttempts,
  firstDelaySeconds: 30,
  longestDelaySeconds: 6 * 60 * 60,
};
const dayMs = 24 * 60 * 60 * 1000;
const disabledAfterMs = 3 * dayMs;
const keptMs = 30 * dayMs;

/** What sending stands on. */
export interface WebhookSender {
  readonly box: SecretBox;
  readonly publicUrl: string;
  /** Whether webhooks on this very machine are sent to for its own team, also without TLS. */
  readonly allowLoopback: boolean;
  readonly resolve?: Resolve;
}

/** Sends one delivery, once more where it has failed. @throws TryAgainLater */
export async function deliverWebhook({
  ctx,
  input,
  sender,
}: {
  readonly ctx: Context;
  readonly input: { readonly deliveryId: string };
  readonly sender: WebhookSender;
}): Promise<void> {
  const id = input.deliveryId;
  const delivery = await beginAttempt(ctx.db, { id, at: ctx.clock.now() });
  if (!delivery) return;
  if (delivery.disabledAt) {
    const outcome = { status: 'failed', responseStatus: null } as const;
    await noteOutcome(ctx.db, id, { ...outcome, error: 'the webhook is disabled' });
    return;
  }
  const { responseStatus, error } = await send(ctx, { id, delivery, sender });
  if (error === null) {
    await withTransaction(ctx, async (ctx) => {
      await noteOutcome(ctx.db, id, { status: 'delivered', responseStatus, error });
      await updateWebhookRow(ctx.db, delivery.webhookId, { failing_since: null });
    });
    return;
  }
  const isLast = delivery.attempts >= maxAttempts;
  const status = isLast ? 'failed' : 'pending';
  await withTransaction(ctx, async (ctx) => {
    await noteOutcome(ctx.db, id, { status, responseStatus, error });
    await noteFailure(ctx, { webhookId: delivery.webhookId, error, sender });
  });
  if (!isLast) throw new TryAgainLater(`a webhook failed: ${error}`);
}

async function send(
  ctx: Context,
  attempt: { id: string; delivery: DueDelivery; sender: WebhookSender },
): Promise<{ readonly responseStatus: number | null; readonly error: string | null }> {
  const { id, delivery, sender } = attempt;
  const { url, event, body } = delivery;
  const secret = await sender.box.open(delivery.sealedSecret);
  if (secret === undefined) {
    throw new Error('a webhook was sealed under another VOICEFLOW_SECRET than this one');
  }
  const timestamp = String(Math.floor(ctx.clock.now().getTime() / 1000));
  const signed = { secret, timestamp, body: Buffer.from(body) };
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'VoiceFlow-Webhooks/1',
    'x-voiceflow-event': event,
    'x-voiceflow-delivery': formatId('webhookDelivery', id),
    'x-voiceflow-timestamp': timestamp,
    'x-voiceflow-signature': signBody(signed),
  };
  try {
    const { resolve } = sender;
    const allowLoopback = sender.allowLoopback && (await isFirstTeam({ ctx, input: delivery }));
    const responseStatus = await postOutbound({
      url,
      headers,
      body,
      allowLoopback,
      ...(resolve ? { resolve } : {}),
    });
    const isDelivered = responseStatus >= 200 && responseStatus < 300;
    const error = isDelivered ? null : `it answered with status ${responseStatus}`;
    return { responseStatus, error };
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    return { responseStatus: null, error: error.message };
  }
}

/** Disables a webhook to which nothing has come for days, and tells those who can mend it. */
async function noteFailure(
  ctx: Context,
  failure: { webhookId: string; error: string; sender: WebhookSender },
): Promise<void> {
  const webhook = await lockWebhook(ctx.db, failure.webhookId);
  if (!webhook || webhook.disabledAt) return;
  const now = ctx.clock.now();
  const failingSince = webhook.failingSince ?? now;
  const isGivenUp = now.getTime() - failingSince.getTime() >= disabledAfterMs;
  await updateWebhookRow(ctx.db, webhook.id, {
    failing_since: failingSince,
    ...(isGivenUp ? { disabled_at: now } : {}),
  });
  if (!isGivenUp) return;
  const { teamId, url } = webhook;
  for (const { email } of await listManagers({ ctx, input: { teamId } })) {
    const { publicUrl } = failure.sender;
    await queueMail(ctx, disabledMail(email, { url, error: failure.error, publicUrl }));
  }
  await recordAuditEvent({
    ctx,
    input: {
      eventType: 'webhook.disabled',
      teamId,
      resource: { type: 'webhook', id: webhook.id },
      details: { failing_since: failingSince.toISOString() },
    },
  });
}

/** Deletes the deliveries of more than a month ago. */
export async function deleteOldDeliveries({ db, clock }: Context): Promise<void> {
  await deleteDeliveriesBefore(db, new Date(clock.now().getTime() - keptMs));
}
