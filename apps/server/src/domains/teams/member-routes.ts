import { z } from 'zod';
import { type App, type ContextOf, problems } from '../../platform/http/index.ts';
import { parseId } from '../../platform/ids.ts';
import { presentPage } from '../../platform/page.ts';
import { memberNotFound } from './errors.ts';
import { listMembers } from './members.ts';
import { bodyRefusals, refusals, shared, type TeamServices } from './route-parts.ts';
import {
  changeRoleSchema,
  listMembersSchema,
  memberPageSchema,
  memberPath,
  memberSchema,
  presentMember,
  teamPath,
} from './schema.ts';

/** Who belongs to a team. */
export function addMemberRoutes(
  app: App,
  contextOf: ContextOf,
  services: () => TeamServices,
): void {
  app.get(
    '/v1/teams/:id/members',
    {
      schema: {
        ...shared,
        operationId: 'listMembers',
        summary: 'List members',
        description: 'Everybody who belongs to the team, in the order of their accounts.',
        params: teamPath,
        querystring: listMembersSchema,
        response: {
          200: {
            description: 'A page of members',
            content: { 'application/json': { schema: memberPageSchema } },
          },
          ...problems(...refusals, 'team_not_found'),
        },
      },
    },
    async (request, reply) => {
      const { limit, cursor } = request.query;
      const page = await listMembers({
        ctx: contextOf(request),
        input: {
          teamId: request.params.id,
          limit,
          cursor: cursor === undefined ? undefined : parseId('user', cursor),
        },
      });
      return reply.type('application/json').send(presentPage(page, 'user', presentMember));
    },
  );

  app.put(
    '/v1/teams/:id/members/:user_id/role',
    {
      schema: {
        ...shared,
        operationId: 'changeRole',
        summary: 'Change a role',
        description:
          'The owner keeps theirs until the team is handed over. Keys that a member made and that may do more than the lower role are revoked, and invitations that the role could not send.',
        params: memberPath,
        body: changeRoleSchema,
        response: {
          200: {
            description: 'The member',
            content: { 'application/json': { schema: memberSchema } },
          },
          ...problems(...bodyRefusals, 'member_not_found', 'owner_required'),
        },
      },
    },
    async (request, reply) => {
      const member = await services().changeMemberRole({
        ctx: contextOf(request),
        input: { ...pathOf(request.params), role: request.body.role },
      });
      return reply.type('application/json').send(presentMember(member));
    },
  );

  app.delete(
    '/v1/teams/:id/members/:user_id',
    {
      schema: {
        ...shared,
        operationId: 'removeMember',
        summary: 'Remove a member, or leave',
        description:
          'With your own id you leave, whatever your role. Within a second the person has lost the team: their sessions, the keys that they made and the invitations that they sent. The owner stays.',
        params: memberPath,
        response: {
          204: z.undefined().describe('The person belongs to the team no more'),
          ...problems(...refusals, 'member_not_found', 'owner_required'),
        },
      },
    },
    async (request, reply) => {
      await services().removeMemberWithKeys({
        ctx: contextOf(request),
        input: pathOf(request.params),
      });
      return reply.code(204).send();
    },
  );
}

function pathOf(params: z.output<typeof memberPath>) {
  const userId = parseId('user', params.user_id);
  if (userId === undefined) throw memberNotFound();
  return { teamId: params.id, userId };
}
