import {
  type AnswerOnce,
  type App,
  type ContextOf,
  idempotencyHeaders,
  onceProblems,
  problems,
} from '../../platform/http/index.ts';
import { clientTokenSchema, createClientTokenSchema, presentClientToken } from './schema.ts';
import { createClientToken } from './service.ts';

export function addClientTokenRoutes(app: App, contextOf: ContextOf, answerOnce: AnswerOnce): void {
  app.post(
    '/v1/client-tokens',
    {
      schema: {
        operationId: 'createClientToken',
        tags: ['Keys'],
        summary: 'Create a client token',
        description:
          'A token that a page may hold in place of a key: for an hour at most, from one origin, with a budget. It ends with the key or the session that made it.',
        headers: idempotencyHeaders,
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
            ...onceProblems,
          ),
        },
      },
    },
    async (request, reply) => {
      const created = await answerOnce({
        ctx: contextOf(request),
        request,
        reply,
        schema: clientTokenSchema,
        make: async (ctx) =>
          presentClientToken(await createClientToken({ ctx, input: request.body })),
      });
      return reply.code(201).type('application/json').send(created);
    },
  );
}
