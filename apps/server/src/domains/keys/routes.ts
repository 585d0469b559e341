import { z } from 'zod';
import { type App, type ContextOf, problems } from '../../platform/http/index.ts';
import { formatId } from '../../platform/ids.ts';
import {
  createdKeySchema,
  createKeySchema,
  keyIdSchema,
  keyPageSchema,
  listKeysSchema,
  presentKey,
} from './schema.ts';
import { createKey, listKeys, revokeKey } from './service.ts';

const always = ['missing_credential', 'permission_denied'] as const;

export function addKeyRoutes(app: App, contextOf: ContextOf): void {
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
      return reply.type('application/json').send({
        data: page.keys.map(presentKey),
        next_cursor: page.nextCursor === null ? null : formatId('key', page.nextCursor),
      });
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
        body: createKeySchema,
        response: {
          201: {
            description: 'The key, with its secret',
            content: { 'application/json': { schema: createdKeySchema } },
          },
          ...problems('invalid_field', ...always, 'body_too_large', 'unsupported_media_type'),
        },
      },
    },
    async (request, reply) => {
      const created = await createKey({ ctx: contextOf(request), input: request.body });
      return reply
        .code(201)
        .type('application/json')
        .send({ ...presentKey(created), key: created.key });
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
        params: z.strictObject({ id: keyIdSchema }),
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
