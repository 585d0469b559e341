import { z } from 'zod';
import { type App, type ContextOf, isFromOurPage, problems } from '../../platform/http/index.ts';
import { parseId } from '../../platform/ids.ts';
import { beginConnection, listConnections, removeConnection } from './connections.ts';
import { connectionNotFound } from './errors.ts';
import { callbackUrl, providerOf } from './oauth-routes.ts';
import {
  connectionParameters,
  connectionsSchema,
  connectSchema,
  presentConnection,
  signInPageSchema,
} from './oauth-schema.ts';
import { type AccountServices, ownAccount, ownProblems } from './route-parts.ts';
import { bindToBrowser, roundOf } from './sign-in-replies.ts';

/** The accounts elsewhere that open one's own account. */
export function addConnectionRoutes(
  app: App,
  contextOf: ContextOf,
  services: () => AccountServices,
): void {
  app.get(
    '/v1/me/connections',
    {
      schema: {
        ...ownAccount,
        operationId: 'listConnections',
        summary: 'List connected accounts',
        description: 'The accounts at Google, GitHub and the like that open this one.',
        response: {
          200: {
            description: 'The connections, oldest first',
            content: { 'application/json': { schema: connectionsSchema } },
          },
          ...problems('invalid_field', 'missing_credential', 'user_required'),
        },
      },
    },
    async (request, reply) => {
      const connections = await listConnections({ ctx: contextOf(request) });
      return reply.type('application/json').send({ data: connections.map(presentConnection) });
    },
  );

  app.post(
    '/v1/me/connections',
    {
      schema: {
        ...ownAccount,
        operationId: 'connect',
        summary: 'Connect an account elsewhere',
        description:
          'Begins a log-in at a provider, for the browser that sends this and for who has [confirmed](#operation/confirm) that it is them. It comes back to `next`, with `connected=…` or `error=…` in the address.',
        body: connectSchema,
        response: {
          200: {
            description: 'Where to lead the browser',
            content: { 'application/json': { schema: signInPageSchema } },
          },
          ...problems(
            ...ownProblems,
            'confirmation_required',
            'provider_not_found',
            'too_many_attempts',
            'provider_unavailable',
          ),
        },
      },
    },
    async (request, reply) => {
      isFromOurPage(request);
      const { provider: id, next = '/' } = request.body;
      const begun = await beginConnection({
        ctx: contextOf(request),
        input: { provider: id, next },
        providers: services().oauth,
      });
      const provider = providerOf(services(), id);
      const round = roundOf(begun, callbackUrl(services(), provider));
      const url = await provider.client.authorizationUrl(round);
      bindToBrowser(reply, begun.browserToken, services());
      return reply.type('application/json').send({ url });
    },
  );

  app.delete(
    '/v1/me/connections/:id',
    {
      schema: {
        ...ownAccount,
        operationId: 'disconnect',
        summary: 'Remove a connected account',
        description:
          'It opens this account no more. The last way in stays. Confirm first that it is you.',
        params: connectionParameters,
        response: {
          204: z.undefined().describe('It is gone'),
          ...problems(
            'invalid_field',
            'missing_credential',
            'user_required',
            'confirmation_required',
            'connection_not_found',
            'last_way_in',
          ),
        },
      },
    },
    async (request, reply) => {
      const id = parseId('connection', request.params.id);
      if (id === undefined) throw connectionNotFound();
      const { publicUrl } = services();
      await removeConnection({ ctx: contextOf(request), input: { id }, publicUrl });
      return reply.code(204).send();
    },
  );
}
