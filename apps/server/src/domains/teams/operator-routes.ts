import { z } from 'zod';
import { type App, type ContextOf, problems } from '../../platform/http/index.ts';
import { endSessionsOfAccount } from '../identity/index.ts';
import { requireOperator } from './operator.ts';

const endSessionsSchema = z
  .strictObject({
    email: z
      .string()
      .min(3)
      .max(255)
      .refine((text) => /^\S+@\S+$/.test(text), { error: 'must be an e-mail address' })
      .describe('The address of the account.')
      .meta({ example: 'ada@example.com' }),
  })
  .meta({ id: 'EndSessions' });

const endedSessionsSchema = z
  .object({ sessions: z.int().describe('How many were open.') })
  .meta({ id: 'EndedSessions', example: { sessions: 2 } });

/** What the operator of this server may do about people's accounts. */
export function addOperatorRoutes(app: App, contextOf: ContextOf): void {
  app.post(
    '/v1/operator/end-sessions',
    {
      schema: {
        operationId: 'endSessionsOfAccount',
        tags: ['Operator'],
        summary: "End somebody's sessions",
        description:
          'Logs an account out everywhere, at once: browsers, devices, and client tokens that it made. Its API keys go on. Whoever has the password or a passkey can log in again. For the operator of this server.',
        body: endSessionsSchema,
        response: {
          200: {
            description: 'No session of the account stands',
            content: { 'application/json': { schema: endedSessionsSchema } },
          },
          ...problems(
            'invalid_field',
            'missing_credential',
            'permission_denied',
            'account_not_found',
            'body_too_large',
            'unsupported_media_type',
          ),
        },
      },
    },
    async (request, reply) => {
      const ctx = contextOf(request);
      await requireOperator({ ctx });
      const sessions = await endSessionsOfAccount({ ctx, input: request.body });
      return reply.type('application/json').send({ sessions });
    },
  );
}
