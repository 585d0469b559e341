import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type App, type ContextOf, problems } from '../../platform/http/index.ts';
import { confirmIdentity, getConfirmation, proposeConfirmation } from './confirm.ts';
import { confirmationSchema, confirmSchema, requestOptionsSchema } from './passkey-schema.ts';
import { type AccountServices, ownAccount, ownProblems } from './route-parts.ts';

const always = ['invalid_field', 'missing_credential', 'user_required'] as const;

/** Showing again that it is you, before what is hard to undo. */
export function addConfirmRoutes(
  app: App,
  contextOf: ContextOf,
  services: () => AccountServices,
): void {
  app.get(
    '/v1/me/confirm',
    {
      schema: {
        ...ownAccount,
        operationId: 'getConfirmation',
        summary: 'Whether it was confirmed that it is you',
        description: 'What the account can confirm with, and until when this session has.',
        response: {
          200: {
            description: 'The state of this session',
            content: { 'application/json': { schema: confirmationSchema } },
          },
          ...problems(...always),
        },
      },
    },
    async (request, reply) => {
      const { methods, confirmedUntil } = await getConfirmation({ ctx: contextOf(request) });
      return reply.type('application/json').send({
        methods: [...methods],
        confirmed_until: confirmedUntil?.toISOString() ?? null,
      });
    },
  );

  app.post(
    '/v1/me/confirm',
    {
      // Who has nothing to confirm with has nothing to say.
      async preValidation(request: FastifyRequest): Promise<void> {
        request.body ??= {};
      },
      schema: {
        ...ownAccount,
        operationId: 'confirm',
        summary: 'Confirm that it is you',
        description:
          'Takes the password, a code of the second factor or an answer of a passkey. For ten minutes this session may then do what asks for it.',
        body: confirmSchema,
        response: {
          204: z.undefined().describe('It is noted in this session'),
          ...problems(
            ...ownProblems,
            'wrong_password',
            'confirmation_required',
            'no_way_to_confirm',
            'too_many_attempts',
            'overloaded',
          ),
        },
      },
    },
    async (request, reply) => {
      const { box, publicUrl } = services();
      await confirmIdentity({ ctx: contextOf(request), input: request.body, box, publicUrl });
      return reply.code(204).send();
    },
  );

  app.post(
    '/v1/me/confirm/options',
    {
      schema: {
        ...ownAccount,
        operationId: 'proposeConfirmation',
        summary: 'Begin to confirm by passkey',
        description: "What a browser needs to offer the account's passkeys.",
        response: {
          200: {
            description: 'The options',
            content: { 'application/json': { schema: requestOptionsSchema } },
          },
          ...problems(...always, 'no_way_to_confirm', 'passkeys_unavailable'),
        },
      },
    },
    async (request, reply) => {
      const { publicUrl } = services();
      const options = await proposeConfirmation({ ctx: contextOf(request), publicUrl });
      return reply
        .header('cache-control', 'no-store')
        .type('application/json')
        .send({ ...options });
    },
  );
}
