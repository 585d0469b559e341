import { z } from 'zod';
import { personOf } from '../../platform/context.ts';
import { type App, type ContextOf, problems } from '../../platform/http/index.ts';
import { parseId } from '../../platform/ids.ts';
import { presentPage } from '../../platform/page.ts';
import { sessionNotFound } from './errors.ts';
import { endOtherSessions, endSession, listSessions } from './own-sessions.ts';
import { ownAccount } from './route-parts.ts';
import {
  listSessionsSchema,
  presentSession,
  sessionIdSchema,
  sessionPageSchema,
} from './session-schema.ts';

const always = ['invalid_field', 'missing_credential', 'user_required'] as const;

/** Where one is logged in. */
export function addSessionRoutes(app: App, contextOf: ContextOf): void {
  app.get(
    '/v1/me/sessions',
    {
      schema: {
        ...ownAccount,
        operationId: 'listSessions',
        summary: 'List sessions',
        description: 'Where the account is logged in, newest first.',
        querystring: listSessionsSchema,
        response: {
          200: {
            description: 'A page of sessions',
            content: { 'application/json': { schema: sessionPageSchema } },
          },
          ...problems(...always),
        },
      },
    },
    async (request, reply) => {
      const ctx = contextOf(request);
      const { limit, cursor } = request.query;
      const page = await listSessions({
        ctx,
        input: { limit, cursor: cursor === undefined ? undefined : parseId('session', cursor) },
      });
      const current = personOf(ctx.actor)?.sessionId;
      const items = await Promise.all(page.items.map((one) => presentSession(one, current)));
      return reply
        .type('application/json')
        .send(presentPage({ ...page, items }, 'session', (shown) => shown));
    },
  );

  app.delete(
    '/v1/me/sessions/:id',
    {
      schema: {
        ...ownAccount,
        operationId: 'endSession',
        summary: 'End a session',
        description:
          'Its tokens stop working at once. Ending it again changes nothing. Any but the one that asks takes a confirmation of the last ten minutes (`POST /v1/me/confirm`).',
        params: z.strictObject({ id: sessionIdSchema }),
        response: {
          204: z.undefined().describe('The session is over'),
          ...problems(...always, 'confirmation_required', 'session_not_found'),
        },
      },
    },
    async (request, reply) => {
      const id = parseId('session', request.params.id);
      if (id === undefined) throw sessionNotFound();
      await endSession({ ctx: contextOf(request), input: { id } });
      return reply.code(204).send();
    },
  );

  app.delete(
    '/v1/me/sessions',
    {
      schema: {
        ...ownAccount,
        operationId: 'endOtherSessions',
        summary: 'End all other sessions',
        description:
          'Ends every session of the account but the one that asks. Takes a confirmation of the last ten minutes (`POST /v1/me/confirm`).',
        response: {
          204: z.undefined().describe('No other session stands'),
          ...problems(...always, 'confirmation_required'),
        },
      },
    },
    async (request, reply) => {
      await endOtherSessions({ ctx: contextOf(request) });
      return reply.code(204).send();
    },
  );
}
