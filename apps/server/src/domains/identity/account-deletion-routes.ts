import { z } from 'zod';
import { type App, type ContextOf, isFromOurPage, problems } from '../../platform/http/index.ts';
import { restoreAccount } from './account-deletion.ts';
import { accountExportSchema, deletionSchema } from './account-schema.ts';
import { type AccountServices, ownAccount } from './route-parts.ts';
import { clearTokens } from './token-replies.ts';

const always = ['invalid_field', 'missing_credential', 'user_required'] as const;

/** Taking one's data along, and leaving. */
export function addAccountDeletionRoutes(
  app: App,
  contextOf: ContextOf,
  services: () => AccountServices,
): void {
  app.get(
    '/v1/me/export',
    {
      // Whoever asks with HEAD would make and throw away the whole of it.
      exposeHeadRoute: false,
      schema: {
        ...ownAccount,
        operationId: 'exportAccount',
        summary: 'Export the account',
        description:
          'Everything that is kept of the person who calls, but for what would open the account.',
        response: {
          200: {
            description: 'The account',
            content: { 'application/json': { schema: accountExportSchema } },
          },
          ...problems(...always, 'too_many_attempts'),
        },
      },
    },
    async (request, reply) => {
      const account = await services().exportAccount({ ctx: contextOf(request) });
      return reply
        .header('content-disposition', 'attachment; filename="voiceflow-account.json"')
        .header('cache-control', 'no-store')
        .type('application/json')
        .send(account);
    },
  );

  app.delete(
    '/v1/me',
    {
      schema: {
        ...ownAccount,
        operationId: 'deleteAccount',
        summary: 'Delete the account',
        description:
          'Ends all sessions at once and erases the account after a while, with the teams that nobody else belongs to, whose keys stop at once. Confirm first that it is you.',
        response: {
          202: {
            description: 'It will go',
            content: { 'application/json': { schema: deletionSchema } },
          },
          ...problems(...always, 'confirmation_required', 'owns_teams'),
        },
      },
    },
    async (request, reply) => {
      const { deletionGraceDays: graceDays, publicUrl, requestAccountDeletion } = services();
      const input = { graceDays, publicUrl };
      const dueAt = await requestAccountDeletion({ ctx: contextOf(request), input });
      if (isFromOurPage(request)) clearTokens(reply, services());
      return reply
        .code(202)
        .type('application/json')
        .send({ deletion_due_at: dueAt.toISOString() });
    },
  );

  app.post(
    '/v1/me/restore',
    {
      schema: {
        ...ownAccount,
        operationId: 'restoreAccount',
        summary: 'Keep the account after all',
        description:
          'Takes the deletion back. Keys that stopped with it stay revoked; sessions that ended stay over.',
        response: {
          204: z.undefined().describe('The account stays'),
          ...problems(...always),
        },
      },
    },
    async (request, reply) => {
      await restoreAccount({ ctx: contextOf(request), publicUrl: services().publicUrl });
      return reply.code(204).send();
    },
  );
}
