import { z } from 'zod';
import { type App, type ContextOf, problems } from '../../platform/http/index.ts';
import { parseId } from '../../platform/ids.ts';
import { memberNotFound } from './errors.ts';
import { transferTeam } from './ownership.ts';
import { bodyRefusals, forPeople, type TeamServices } from './route-parts.ts';
import {
  deleteTeamSchema,
  memberSchema,
  presentMember,
  teamPath,
  transferTeamSchema,
} from './schema.ts';

/** What only the owner may do, once they have confirmed that it is them. */
export function addOwnershipRoutes(
  app: App,
  contextOf: ContextOf,
  services: () => TeamServices,
): void {
  app.post(
    '/v1/teams/:id/transfer',
    {
      schema: {
        ...forPeople,
        operationId: 'transferTeam',
        summary: 'Hand a team over',
        description:
          'Makes another member the owner, and you an admin. Asks for a confirmation within the last ten minutes (`POST /v1/me/confirm`).',
        params: teamPath,
        body: transferTeamSchema,
        response: {
          200: {
            description: 'The new owner',
            content: { 'application/json': { schema: memberSchema } },
          },
          ...problems(
            ...bodyRefusals,
            'confirmation_required',
            'member_not_found',
            'already_owner',
          ),
        },
      },
    },
    async (request, reply) => {
      const userId = parseId('user', request.body.user_id);
      if (userId === undefined) throw memberNotFound();
      const owner = await transferTeam({
        ctx: contextOf(request),
        input: { id: request.params.id, userId },
        publicUrl: services().publicUrl,
      });
      return reply.type('application/json').send(presentMember(owner));
    },
  );

  app.delete(
    '/v1/teams/:id',
    {
      schema: {
        ...forPeople,
        operationId: 'deleteTeam',
        summary: 'Delete a team',
        description:
          'At once and for good, with its members, invitations, keys and whatever else is its own; keys stop within a second. What was metered and the audit log stay. Asks for its name and for a confirmation within the last ten minutes (`POST /v1/me/confirm`).',
        params: teamPath,
        body: deleteTeamSchema,
        response: {
          204: z.undefined().describe('The team is gone'),
          ...problems(...bodyRefusals, 'confirmation_required', 'team_not_found', 'first_team'),
        },
      },
    },
    async (request, reply) => {
      const { publicUrl, deleteTeamWithKeys } = services();
      const input = { ...request.params, ...request.body };
      await deleteTeamWithKeys({ ctx: contextOf(request), input, publicUrl });
      return reply.code(204).send();
    },
  );
}
