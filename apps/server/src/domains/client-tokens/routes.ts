import { type App, type ContextOf, problems } from '../../platform/http/index.ts';
import { clientTokenSchema, createClientTokenSchema, presentClientToken } from './schema.ts';
import { createClientToken } from './service.ts';

export function addClientTokenRoutes(app: App, contextOf: ContextOf): void {
  app.post(
    '/v1/client-tokens',
    {
      schema: {
        operationId: 'createClientToken',
        tags: ['Keys'],
        summary: 'Create a client token',
        description:
          'A token that a page may hold in place of a key: for an hour at most, from one origin, with a budget. It ends with the key or the session that made it.',
        body: createClientTokenSchema,
        response: {
          201: {
            description: 'The token',
            content: { 'application/json': { schema: clientTokenSchema } },
          },
          ...problems(
            'invalid_field',
            'missing_credential',
            'permission_denied',
            'scope_exceeded',
            'body_too_large',
            'unsupported_media_type',
          ),
        },
      },
    },
    async (request, reply) => {
      const created = await createClientToken({ ctx: contextOf(request), input: request.body });
      return reply.code(201).type('application/json').send(presentClientToken(created));
    },
  );
}
