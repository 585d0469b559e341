import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import { type Context, withTransaction } from '../../platform/context.ts';
import { createId, parseId } from '../../platform/ids.ts';
import { isPublicAddress } from '../../platform/outbound/index.ts';
import { type Page, readPage } from '../../platform/page.ts';
import type { SecretBox } from '../../platform/secret-box.ts';
import { recordAuditEvent } from '../audit/index.ts';
import { isFirstTeam, requirePermission } from '../teams/index.ts';
import { queueDelivery } from './announce.ts';
import { listDeliveriesOf } from './delivery-store.ts';
import { tooManyWebhooks, unreachableUrl, webhookDisabled, webhookNotFound } from './errors.ts';
import { pingEvent, webhookEvents } from './events.ts';
import type { Delivery, Webhook } from './schema.ts';
import {
  deleteWebhookRow,
  findWebhookOfTeam,
  insertWebhook,
  listWebhooksOfTeam,
  lockWebhook,
  lockWebhooksOfTeam,
  updateWebhookRow,
} from './store.ts';

const maxWebhooks = 20;

interface VerbArguments<Input> {
  readonly ctx: Context;
  readonly input: Input;
}

/** Makes a webhook of the actor's team. Its secret exists only in this answer. */
export async function createWebhook({
  ctx,
  input,
}: VerbArguments<{
  readonly url: string;
  readonly events: readonly string[];
  readonly box: SecretBox;
  readonly allowLoopback: boolean;
}>): Promise<Webhook & { readonly secret: string }> {
  const actor = requirePermission(ctx.actor, 'webhooks.write');
  const { teamId } = actor;
  await requireReachable(ctx, { ...input, teamId });
  const secret = `vf_hook_${randomBytes(32).toString('base64url')}`;
  const sealed = await input.box.seal(secret);
  return withTransaction(ctx, async (ctx) => {
    await lockWebhooksOfTeam(ctx.db, teamId);
    const known = await listWebhooksOfTeam(ctx.db, teamId);
    if (known.length >= maxWebhooks) throw tooManyWebhooks(maxWebhooks);
    const now = ctx.clock.now();
    const webhook = await insertWebhook(ctx.db, {
      id: createId(),
      team_id: teamId,
      url: input.url,
      events: [...new Set(input.events)],
      sealed_secret: sealed,
      created_by: actor.kind === 'user' ? actor.userId : null,
      created_at: now,
      updated_at: now,
    });
    await record(ctx, webhook, 'created', { host: new URL(webhook.url).host });
    return { ...webhook, secret };
  });
}

export async function listWebhooks({
  ctx,
}: {
  readonly ctx: Context;
}): Promise<readonly Webhook[]> {
  const { teamId } = requirePermission(ctx.actor, 'webhooks.read');
  return listWebhooksOfTeam(ctx.db, teamId);
}

/** What can be heard of, and what each means. */
export function listWebhookEvents({ ctx }: { readonly ctx: Context }): typeof webhookEvents {
  requirePermission(ctx.actor, 'webhooks.read');
  return webhookEvents;
}

export async function updateWebhook({
  ctx,
  input,
}: VerbArguments<{
  readonly id: string;
  readonly url?: string | undefined;
  readonly events?: readonly string[] | undefined;
  readonly enabled?: boolean | undefined;
  readonly allowLoopback: boolean;
}>): Promise<Webhook> {
  const { teamId } = requirePermission(ctx.actor, 'webhooks.write');
  const { url, events, enabled } = input;
  const { allowLoopback } = input;
  if (url !== undefined) await requireReachable(ctx, { url, teamId, allowLoopback });
  return withTransaction(ctx, async (ctx) => {
    const before = await lockWebhookOfTeam(ctx, { id: input.id, teamId });
    const now = ctx.clock.now();
    const webhook = await updateWebhookRow(ctx.db, before.id, {
      updated_at: now,
      ...(url === undefined ? {} : { url }),
      ...(events === undefined ? {} : { events: [...new Set(events)] }),
      ...(enabled === true ? { disabled_at: null, failing_since: null } : {}),
      ...(enabled === false ? { disabled_at: before.disabledAt ?? now } : {}),
    });
    await record(ctx, webhook, 'updated', {
      host: new URL(webhook.url).host,
      events: webhook.events,
      enabled: webhook.disabledAt === null,
    });
    return webhook;
  });
}

/** Deletes a webhook with its deliveries; what is under way is not sent again. */
export async function deleteWebhook({
  ctx,
  input,
}: VerbArguments<{ readonly id: string }>): Promise<void> {
  const { teamId } = requirePermission(ctx.actor, 'webhooks.write');
  await withTransaction(ctx, async (ctx) => {
    const webhook = await lockWebhookOfTeam(ctx, { id: input.id, teamId });
    await deleteWebhookRow(ctx.db, webhook.id);
    await record(ctx, webhook, 'deleted', { host: new URL(webhook.url).host });
  });
}

/** Sends a `ping`, as any other event is sent. */
export async function pingWebhook({
  ctx,
  input,
}: VerbArguments<{ readonly id: string }>): Promise<Delivery> {
  const { teamId } = requirePermission(ctx.actor, 'webhooks.write');
  return withTransaction(ctx, async (ctx) => {
    const webhook = await lockWebhookOfTeam(ctx, { id: input.id, teamId });
    if (webhook.disabledAt) throw webhookDisabled();
    const delivery = await queueDelivery(ctx, {
      teamId,
      webhookId: webhook.id,
      event: pingEvent,
      data: {},
    });
    await record(ctx, webhook, 'pinged');
    return delivery;
  });
}

/** What was sent to a webhook, newest first. */
export async function listDeliveries({
  ctx,
  input,
}: VerbArguments<{
  readonly id: string;
  readonly limit: number;
  readonly cursor?: string | undefined;
}>): Promise<Page<Delivery>> {
  const { teamId } = requirePermission(ctx.actor, 'webhooks.read');
  const webhook = await findWebhookOfTeam(ctx.db, { id: uuidOf(input.id), teamId });
  if (!webhook) throw webhookNotFound();
  const cursor = input.cursor === undefined ? undefined : parseId('webhookDelivery', input.cursor);
  return readPage({
    limit: input.limit,
    read: (limit) => listDeliveriesOf(ctx.db, { webhookId: webhook.id, cursor, limit }),
    idOf: ({ id }) => id,
  });
}

/** What can be said without asking anybody; the rest is checked whenever something is sent. */
async function requireReachable(
  ctx: Context,
  target: { readonly url: string; readonly teamId: string; readonly allowLoopback: boolean },
): Promise<void> {
  const { protocol, hostname } = new URL(target.url);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const isLocal = host === 'localhost' || host.endsWith('.localhost') || /^127\.|^::1$/.test(host);
  if (isLocal && target.allowLoopback && (await isFirstTeam({ ctx, input: target }))) return;
  if (isLocal || (isIP(host) && !isPublicAddress(host))) {
    throw unreachableUrl('must be an address of the public internet.');
  }
  if (protocol !== 'https:') throw unreachableUrl('must be a URL that starts with https://.');
}

function uuidOf(id: string): string {
  const uuid = parseId('webhook', id);
  if (uuid === undefined) throw webhookNotFound();
  return uuid;
}

async function lockWebhookOfTeam(
  ctx: Context,
  webhook: { id: string; teamId: string },
): Promise<Webhook> {
  const found = await lockWebhook(ctx.db, uuidOf(webhook.id));
  if (!found || found.teamId !== webhook.teamId) throw webhookNotFound();
  return found;
}

function record(
  ctx: Context,
  webhook: Webhook,
  verb: 'created' | 'updated' | 'deleted' | 'pinged',
  details: Record<string, unknown> = {},
): Promise<void> {
  return recordAuditEvent({
    ctx,
    input: {
      eventType: `webhook.${verb}`,
      teamId: webhook.teamId,
      resource: { type: 'webhook', id: webhook.id },
      details,
    },
  });
}
