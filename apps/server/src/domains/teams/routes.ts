import { type App, type ContextOf, problems } from '../../platform/http/index.ts';
import { systemOnly } from './errors.ts';
import { permissionsSchema, presentPermissions } from './schema.ts';

export function addTeamRoutes(app: App, contextOf: ContextOf): void {
  app.get(
    '/v1/me/permissions',
    {
      schema: {
        operationId: 'getPermissions',
        tags: ['Teams'],
        summary: 'What may I do',
        description:
          'What the person or key that calls may do in the team that this request acts in.',
        response: {
          200: {
            description: 'The permissions',
            content: { 'application/json': { schema: permissionsSchema } },
          },
          ...problems('missing_credential'),
        },
      },
    },
    async (request, reply) => {
      const { actor } = contextOf(request);
      if (actor.kind === 'system') throw systemOnly();
      return reply.type('application/json').send(presentPermissions(actor));
    },
  );
}
