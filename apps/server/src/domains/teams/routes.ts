import {
  type AnswerOnce,
  type App,
  type ContextOf,
  idempotencyHeaders,
  onceProblems,
  problems,
} from '../../platform/http/index.ts';
import { parseId } from '../../platform/ids.ts';
import { presentPage } from '../../platform/page.ts';
import { findOperator } from './operator.ts';
import { bodyRefusals, forPeople, refusals, shared } from './route-parts.ts';
import {
  createTeamSchema,
  listTeamsSchema,
  permissionsSchema,
  presentPermissions,
  presentTeam,
  requireTwoFactorSchema,
  teamPageSchema,
  teamPath,
  teamSchema,
  updateTeamSchema,
} from './schema.ts';
import { createTeam, getTeam, listTeams, updateTeam } from './service.ts';
import { requireTwoFactor } from './two-factor-policy.ts';

const team = { 'application/json': { schema: teamSchema } };

export function addTeamRoutes(app: App, contextOf: ContextOf, answerOnce: AnswerOnce): void {
  app.get(
    '/v1/me/permissions',
    {
      schema: {
        ...shared,
        operationId: 'getPermissions',
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
      const ctx = contextOf(request);
      const operator = (await findOperator({ ctx })) !== undefined;
      return reply.type('application/json').send(presentPermissions(ctx.actor, operator));
    },
  );

  app.get(
    '/v1/teams',
    {
      schema: {
        ...shared,
        operationId: 'listTeams',
        summary: 'List teams',
        description: 'The teams that you belong to, with your role. For a key: its own team.',
        querystring: listTeamsSchema,
        response: {
          200: {
            description: 'A page of teams',
            content: { 'application/json': { schema: teamPageSchema } },
          },
          ...problems(...refusals),
        },
      },
    },
    async (request, reply) => {
      const { limit, cursor } = request.query;
      const page = await listTeams({
        ctx: contextOf(request),
        input: { limit, cursor: cursor === undefined ? undefined : parseId('team', cursor) },
      });
      return reply.type('application/json').send(presentPage(page, 'team', presentTeam));
    },
  );

  app.post(
    '/v1/teams',
    {
      schema: {
        ...forPeople,
        operationId: 'createTeam',
        summary: 'Create a team',
        description: 'You become its owner. It begins on the plan free.',
        headers: idempotencyHeaders,
        body: createTeamSchema,
        response: {
          201: { description: 'The team', content: team },
          ...problems(...bodyRefusals, 'user_required', 'too_many_teams', ...onceProblems),
        },
      },
    },
    async (request, reply) => {
      const created = await answerOnce({
        ctx: contextOf(request),
        request,
        reply,
        schema: teamSchema,
        make: async (ctx) => {
          const team = await createTeam({ ctx, input: request.body });
          return presentTeam({ ...team, role: 'owner' });
        },
      });
      return reply.code(201).type('application/json').send(created);
    },
  );

  app.get(
    '/v1/teams/:id',
    {
      schema: {
        ...shared,
        operationId: 'getTeam',
        summary: 'One team',
        description: 'A team that you, or your key, belong to.',
        params: teamPath,
        response: {
          200: { description: 'The team', content: team },
          ...problems(...refusals, 'team_not_found'),
        },
      },
    },
    async (request, reply) => {
      const found = await getTeam({ ctx: contextOf(request), input: request.params });
      return reply.type('application/json').send(presentTeam(found));
    },
  );

  app.put(
    '/v1/teams/:id/two-factor',
    {
      schema: {
        ...forPeople,
        operationId: 'requireTwoFactor',
        summary: 'Ask for a second factor',
        description:
          'Whether people need a second factor to act in the team, from their next request on. Who has none is answered with 403 `team_requires_two_factor` until they turn it on (`POST /v1/me/two-factor`) or log in with a passkey. Who came through the team’s own identity provider is its business; API keys go on as they are. Asks for a confirmation within the last ten minutes (`POST /v1/me/confirm`).',
        params: teamPath,
        body: requireTwoFactorSchema,
        response: {
          200: { description: 'The team', content: team },
          ...problems(
            ...bodyRefusals,
            'confirmation_required',
            'team_not_found',
            'second_factor_first',
          ),
        },
      },
    },
    async (request, reply) => {
      const ctx = contextOf(request);
      await requireTwoFactor({ ctx, input: { ...request.params, ...request.body } });
      const changed = await getTeam({ ctx, input: request.params });
      return reply.type('application/json').send(presentTeam(changed));
    },
  );

  app.patch(
    '/v1/teams/:id',
    {
      schema: {
        ...shared,
        operationId: 'updateTeam',
        summary: 'Change a team',
        description: 'What is not given stays as it is.',
        params: teamPath,
        body: updateTeamSchema,
        response: {
          200: { description: 'The team', content: team },
          ...problems(...bodyRefusals, 'team_not_found'),
        },
      },
    },
    async (request, reply) => {
      const input = { ...request.params, ...request.body };
      const updated = await updateTeam({ ctx: contextOf(request), input });
      return reply.type('application/json').send(presentTeam(updated));
    },
  );
}
