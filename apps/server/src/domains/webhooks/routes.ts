import { z } from 'zod';
import {
  type AnswerOnce,
  type App,
  type ContextOf,
  idempotencyHeaders,
  onceProblems,
  problems,
} from '../../platform/http/index.ts';
import { presentPage } from '../../platform/page.ts';
import type { SecretBox } from '../../platform/secret-box.ts';
import {
  createdWebhookSchema,
  createWebhookSchema,
  deliveryPageSchema,
  deliverySchema,
  listDeliveriesSchema,
  presentDelivery,
  presentWebhook,
  updateWebhookSchema,
  webhookEventsSchema,
  webhookIdSchema,
  webhookListSchema,
  webhookSchema,
} from './schema.ts';
import {
  createWebhook,
  deleteWebhook,
  listDeliveries,
  listWebhookEvents,
  listWebhooks,
  pingWebhook,
  updateWebhook,
} from './service.ts';

export interface WebhookServices {
  readonly box: SecretBox;
  /** Whether the server's own team may name webhooks on this very machine, also without TLS. */
  readonly allowLoopback: boolean;
}

const tags = ['Webhooks'];
const params = z.strictObject({ id: webhookIdSchema });
const always = ['missing_credential', 'permission_denied'] as const;
const body = ['body_too_large', 'unsupported_media_type'] as const;

export function addWebhookRoutes(
  app: App,
  contextOf: ContextOf,
  servicesOf: () => WebhookServices,
  answerOnce: AnswerOnce,
): void {
  app.get(
    '/v1/webhooks',
    {
      schema: {
        operationId: 'listWebhooks',
        tags,
        summary: 'List webhooks',
        description: "The team's webhooks, newest first.",
        response: {
          200: {
            description: 'The webhooks, without their secrets',
            content: { 'application/json': { schema: webhookListSchema } },
          },
          ...problems(...always),
        },
      },
    },
    async (request, reply) => {
      const webhooks = await listWebhooks({ ctx: contextOf(request) });
      return reply.type('application/json').send({ data: webhooks.map(presentWebhook) });
    },
  );

  app.get(
    '/v1/webhook-events',
    {
      schema: {
        operationId: 'listWebhookEvents',
        tags,
        summary: 'List events',
        description: 'What a webhook of this server can hear of.',
        response: {
          200: {
            description: 'The events, with what they mean',
            content: { 'application/json': { schema: webhookEventsSchema } },
          },
          ...problems(...always),
        },
      },
    },
    async (request, reply) => {
      const data = listWebhookEvents({ ctx: contextOf(request) });
      return reply.type('application/json').send({ data: [...data] });
    },
  );

  app.post(
    '/v1/webhooks',
    {
      schema: {
        operationId: 'createWebhook',
        tags,
        summary: 'Create a webhook',
        description:
          'What happens is posted to the URL, signed with the secret that is in this answer and nowhere else. The URL starts with `https://` and leads to the public internet.',
        headers: idempotencyHeaders,
        body: createWebhookSchema,
        response: {
          201: {
            description: 'The webhook, with its secret',
            content: { 'application/json': { schema: createdWebhookSchema } },
          },
          ...problems('invalid_field', ...always, 'too_many_webhooks', ...body, ...onceProblems),
        },
      },
    },
    async (request, reply) => {
      const input = { ...request.body, ...servicesOf() };
      const created = await answerOnce({
        ctx: contextOf(request),
        request,
        reply,
        schema: createdWebhookSchema,
        make: async (ctx) => {
          const { secret, ...webhook } = await createWebhook({ ctx, input });
          return { ...presentWebhook(webhook), secret };
        },
      });
      return reply.code(201).type('application/json').send(created);
    },
  );

  app.patch(
    '/v1/webhooks/:id',
    {
      schema: {
        operationId: 'updateWebhook',
        tags,
        summary: 'Change a webhook',
        description: 'Changes what is given and leaves the rest.',
        params,
        body: updateWebhookSchema,
        response: {
          200: {
            description: 'The webhook as it is now',
            content: { 'application/json': { schema: webhookSchema } },
          },
          ...problems('invalid_field', ...always, 'webhook_not_found', ...body),
        },
      },
    },
    async (request, reply) => {
      const { allowLoopback } = servicesOf();
      const input = { ...request.body, ...request.params, allowLoopback };
      const webhook = await updateWebhook({ ctx: contextOf(request), input });
      return reply.type('application/json').send(presentWebhook(webhook));
    },
  );

  app.delete(
    '/v1/webhooks/:id',
    {
      schema: {
        operationId: 'deleteWebhook',
        tags,
        summary: 'Delete a webhook',
        description: 'Nothing more is sent there, and the log of what was is deleted too.',
        params,
        response: {
          204: z.undefined().describe('The webhook is gone'),
          ...problems('invalid_field', ...always, 'webhook_not_found'),
        },
      },
    },
    async (request, reply) => {
      await deleteWebhook({ ctx: contextOf(request), input: request.params });
      return reply.code(204).send();
    },
  );

  app.post(
    '/v1/webhooks/:id/ping',
    {
      schema: {
        operationId: 'pingWebhook',
        tags,
        summary: 'Try a webhook',
        description:
          'Sends a `ping` in a moment, whatever the webhook listens to. Its deliveries say how that went.',
        params,
        response: {
          202: {
            description: 'The delivery, on its way',
            content: { 'application/json': { schema: deliverySchema } },
          },
          ...problems('invalid_field', ...always, 'webhook_not_found', 'webhook_disabled'),
        },
      },
    },
    async (request, reply) => {
      const delivery = await pingWebhook({ ctx: contextOf(request), input: request.params });
      return reply.code(202).type('application/json').send(presentDelivery(delivery));
    },
  );

  app.get(
    '/v1/webhooks/:id/deliveries',
    {
      schema: {
        operationId: 'listWebhookDeliveries',
        tags,
        summary: 'List what was sent',
        description: 'The deliveries of the last 30 days, newest first.',
        params,
        querystring: listDeliveriesSchema,
        response: {
          200: {
            description: 'A page of deliveries',
            content: { 'application/json': { schema: deliveryPageSchema } },
          },
          ...problems('invalid_field', ...always, 'webhook_not_found'),
        },
      },
    },
    async (request, reply) => {
      const input = { ...request.query, ...request.params };
      const page = await listDeliveries({ ctx: contextOf(request), input });
      return reply
        .type('application/json')
        .send(presentPage(page, 'webhookDelivery', presentDelivery));
    },
  );
}
