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
import { endOverlap, revealSuccessor, rotateKey } from './rotate-key.ts';
import {
  createdKeySchema,
  createKeySchema,
  keyIdSchema,
  keyPageSchema,
  keySchema,
  listKeysSchema,
  presentCreatedKey,
  presentKey,
  rotateKeySchema,
  updateKeySchema,
} from './schema.ts';
import { createKey, getKey, listKeys, revokeKey } from './service.ts';
import { updateKey } from './update-key.ts';

const always = ['missing_credential', 'permission_denied'] as const;
const withBody = ['body_too_large', 'unsupported_media_type'] as const;
/** A key gives away no more than it may do itself. */
const exceeded = ['scope_exceeded', 'expiry_exceeded', 'bounds_exceeded'] as const;
const changing = ['invalid_field', ...always, ...exceeded, 'key_not_found', 'key_revoked'] as const;
const oneKey = z.strictObject({ id: keyIdSchema });

/** The answer that shows a key. */
const shown = {
  200: { description: 'The key', content: { 'application/json': { schema: keySchema } } },
};

export function addKeyRoutes(
  app: App,
  contextOf: ContextOf,
  services: () => { readonly box: SecretBox },
  answerOnce: AnswerOnce,
): void {
  app.get(
    '/v1/keys',
    {
      schema: {
        operationId: 'listKeys',
        tags: ['Keys'],
        summary: 'List keys',
        description: "The team's keys, newest first, revoked ones included.",
        querystring: listKeysSchema,
        response: {
          200: {
            description: 'A page of keys',
            content: { 'application/json': { schema: keyPageSchema } },
          },
          ...problems('invalid_field', ...always),
        },
      },
    },
    async (request, reply) => {
      const page = await listKeys({ ctx: contextOf(request), input: request.query });
      return reply.type('application/json').send(presentPage(page, 'key', presentKey));
    },
  );

  app.post(
    '/v1/keys',
    {
      schema: {
        operationId: 'createKey',
        tags: ['Keys'],
        summary: 'Create a key',
        description: 'Makes an API key. The key itself is in this answer and nowhere else.',
        headers: idempotencyHeaders,
        body: createKeySchema,
        response: {
          201: {
            description: 'The key, with its secret',
            content: { 'application/json': { schema: createdKeySchema } },
          },
          ...problems('invalid_field', ...always, ...exceeded, ...withBody, ...onceProblems),
        },
      },
    },
    async (request, reply) => {
      const created = await answerOnce({
        ctx: contextOf(request),
        request,
        reply,
        schema: createdKeySchema,
        make: async (ctx) => presentCreatedKey(await createKey({ ctx, input: request.body })),
      });
      return reply.code(201).type('application/json').send(created);
    },
  );

  app.get(
    '/v1/keys/:id',
    {
      schema: {
        operationId: 'getKey',
        tags: ['Keys'],
        summary: 'Look at a key',
        description: 'One of the team, also one that is revoked or has expired.',
        params: oneKey,
        response: { ...shown, ...problems('invalid_field', ...always, 'key_not_found') },
      },
    },
    async (request, reply) => {
      const key = await getKey({ ctx: contextOf(request), input: request.params });
      return reply.type('application/json').send(presentKey(key));
    },
  );

  app.patch(
    '/v1/keys/:id',
    {
      schema: {
        operationId: 'updateKey',
        tags: ['Keys'],
        summary: 'Change a key',
        description:
          'Changes what is given and leaves the rest; it holds everywhere within a second. A new `lifetime_days` counts from now, also for a key that has expired.',
        params: oneKey,
        body: updateKeySchema,
        response: {
          ...shown,
          ...problems(...changing, ...withBody),
        },
      },
    },
    async (request, reply) => {
      const input = { ...request.body, ...request.params };
      const key = await updateKey({ ctx: contextOf(request), input });
      return reply.type('application/json').send(presentKey(key));
    },
  );

  app.post(
    '/v1/keys/:id/rotate',
    {
      schema: {
        operationId: 'rotateKey',
        tags: ['Keys'],
        summary: 'Give a key a new secret',
        description:
          'The new secret is in this answer and nowhere else. The one before it works for `overlap_hours` more, so that programs can change over; everything else about the key stays, and its lifetime begins anew. Sent again before the new secret was used, it replaces that one; afterwards, and until the overlap ends, it is refused.',
        headers: idempotencyHeaders,
        params: oneKey,
        body: rotateKeySchema,
        response: {
          200: {
            description: 'The key, with its new secret',
            content: { 'application/json': { schema: createdKeySchema } },
          },
          ...problems(...changing, 'rotation_under_way', ...withBody, ...onceProblems),
        },
      },
    },
    async (request, reply) => {
      const input = { ...request.body, ...request.params };
      const rotated = await answerOnce({
        ctx: contextOf(request),
        request,
        reply,
        schema: createdKeySchema,
        make: async (ctx) => presentCreatedKey(await rotateKey({ ctx, input })),
      });
      return reply.type('application/json').send(rotated);
    },
  );

  app.post(
    '/v1/keys/:id/reveal-successor',
    {
      schema: {
        operationId: 'revealKeySuccessor',
        tags: ['Keys'],
        summary: "Fetch a key's next secret",
        description:
          'The secret that was made ahead of the end of a key with `auto_rotate`, in this answer and nowhere else. It takes the place of the present one, which works for 24 hours more and no longer than its end; the lifetime begins anew.',
        headers: idempotencyHeaders,
        params: oneKey,
        response: {
          200: {
            description: 'The key, with its new secret',
            content: { 'application/json': { schema: createdKeySchema } },
          },
          ...problems(...changing, 'no_successor', 'rotation_under_way', ...onceProblems),
        },
      },
    },
    async (request, reply) => {
      const { box } = services();
      const input = request.params;
      const rotated = await answerOnce({
        ctx: contextOf(request),
        request,
        reply,
        schema: createdKeySchema,
        make: async (ctx) => presentCreatedKey(await revealSuccessor({ ctx, input, box })),
      });
      return reply.type('application/json').send(rotated);
    },
  );

  app.delete(
    '/v1/keys/:id/previous-secret',
    {
      schema: {
        operationId: 'endKeyOverlap',
        tags: ['Keys'],
        summary: 'End the overlap of a rotation',
        description:
          'The secret before the present one stops working within a second. Without one, nothing changes.',
        params: oneKey,
        response: {
          204: z.undefined().describe('Only the present secret works'),
          ...problems('invalid_field', ...always, 'key_not_found', 'key_revoked'),
        },
      },
    },
    async (request, reply) => {
      await endOverlap({ ctx: contextOf(request), input: request.params });
      return reply.code(204).send();
    },
  );

  app.delete(
    '/v1/keys/:id',
    {
      schema: {
        operationId: 'revokeKey',
        tags: ['Keys'],
        summary: 'Revoke a key',
        description: 'The key stops working within a second. Revoking it again changes nothing.',
        params: oneKey,
        response: {
          204: z.undefined().describe('The key is revoked'),
          ...problems('invalid_field', ...always, 'key_not_found'),
        },
      },
    },
    async (request, reply) => {
      await revokeKey({ ctx: contextOf(request), input: request.params });
      return reply.code(204).send();
    },
  );
}
