import { z } from 'zod';
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
import { acceptInvitation, previewInvitation } from './accept-invitation.ts';
import { invitationNotFound } from './errors.ts';
import {
  acceptInvitationSchema,
  invitationPageSchema,
  invitationPath,
  invitationPreviewSchema,
  inviteSchema,
  listInvitationsSchema,
  openInvitationSchema,
  presentInvitation,
  presentOpenInvitation,
  presentPreview,
  previewHeaders,
} from './invitation-schema.ts';
import {
  inviteMember,
  listInvitations,
  resendInvitation,
  revokeInvitation,
} from './invitations.ts';
import { bodyRefusals, forPeople, refusals, shared, type TeamServices } from './route-parts.ts';
import { presentTeam, teamPath, teamSchema } from './schema.ts';

const openInvitation = { 'application/json': { schema: openInvitationSchema } };

/** How people get into a team. */
export function addInvitationRoutes(
  app: App,
  contextOf: ContextOf,
  services: () => TeamServices,
  answerOnce: AnswerOnce,
): void {
  app.post(
    '/v1/teams/:id/invite',
    {
      schema: {
        ...shared,
        operationId: 'inviteMember',
        summary: 'Invite a member',
        description:
          'Mails an invitation, or makes a link for whoever gets it. Each is good once, for 7 days; a mailed one counts only for an account with that confirmed address. Nobody is invited as an owner.',
        headers: idempotencyHeaders,
        params: teamPath,
        body: inviteSchema,
        response: {
          201: { description: 'The invitation', content: openInvitation },
          ...problems(
            ...bodyRefusals,
            'team_not_found',
            'already_member',
            'too_many_attempts',
            ...onceProblems,
          ),
        },
      },
    },
    async (request, reply) => {
      const { publicUrl } = services();
      const input = { teamId: request.params.id, ...request.body };
      const invitation = await answerOnce({
        ctx: contextOf(request),
        request,
        reply,
        schema: openInvitationSchema,
        make: async (ctx) => presentOpenInvitation(await inviteMember({ ctx, input, publicUrl })),
      });
      return reply
        .code(201)
        .header('cache-control', 'no-store')
        .type('application/json')
        .send(invitation);
    },
  );

  app.get(
    '/v1/teams/:id/invitations',
    {
      schema: {
        ...shared,
        operationId: 'listInvitations',
        summary: 'List invitations',
        description:
          'Those that nobody has accepted, newest first. One that ran out is listed too.',
        params: teamPath,
        querystring: listInvitationsSchema,
        response: {
          200: {
            description: 'A page of invitations',
            content: { 'application/json': { schema: invitationPageSchema } },
          },
          ...problems(...refusals, 'team_not_found'),
        },
      },
    },
    async (request, reply) => {
      const { limit, cursor } = request.query;
      const page = await listInvitations({
        ctx: contextOf(request),
        input: {
          teamId: request.params.id,
          limit,
          cursor: cursor === undefined ? undefined : parseId('invitation', cursor),
        },
      });
      return reply
        .type('application/json')
        .send(presentPage(page, 'invitation', presentInvitation));
    },
  );

  app.post(
    '/v1/teams/:id/invitations/:invitation_id/resend',
    {
      schema: {
        ...shared,
        operationId: 'resendInvitation',
        summary: 'Send an invitation again',
        description: 'With a new link and seven more days. The link before stops working.',
        params: invitationPath,
        response: {
          200: { description: 'The invitation', content: openInvitation },
          ...problems(...refusals, 'invitation_not_found', 'too_many_attempts'),
        },
      },
    },
    async (request, reply) => {
      const invitation = await resendInvitation({
        ctx: contextOf(request),
        input: pathOf(request.params),
        publicUrl: services().publicUrl,
      });
      return reply
        .header('cache-control', 'no-store')
        .type('application/json')
        .send(presentOpenInvitation(invitation));
    },
  );

  app.delete(
    '/v1/teams/:id/invitations/:invitation_id',
    {
      schema: {
        ...shared,
        operationId: 'revokeInvitation',
        summary: 'Revoke an invitation',
        description: 'Its link works no more.',
        params: invitationPath,
        response: {
          204: z.undefined().describe('The invitation is revoked'),
          ...problems(...refusals, 'invitation_not_found'),
        },
      },
    },
    async (request, reply) => {
      await revokeInvitation({ ctx: contextOf(request), input: pathOf(request.params) });
      return reply.code(204).send();
    },
  );

  app.get(
    '/v1/invitations/preview',
    {
      config: { anonymous: true },
      schema: {
        ...shared,
        security: [],
        operationId: 'previewInvitation',
        summary: 'What an invitation leads to',
        description: 'For who has its token, with an account or without.',
        headers: previewHeaders,
        response: {
          200: {
            description: 'The invitation',
            content: { 'application/json': { schema: invitationPreviewSchema } },
          },
          ...problems('invalid_field'),
        },
      },
    },
    async (request, reply) => {
      const preview = await previewInvitation({
        ctx: contextOf(request),
        input: { token: request.headers['x-voiceflow-invitation'] },
      });
      return reply
        .header('cache-control', 'no-store')
        .type('application/json')
        .send(presentPreview(preview));
    },
  );

  app.post(
    '/v1/invitations/accept',
    {
      schema: {
        ...forPeople,
        operationId: 'acceptInvitation',
        summary: 'Accept an invitation',
        description:
          'You become a member. Doing so again changes nothing. Who has no account registers first; the invitation waits.',
        body: acceptInvitationSchema,
        response: {
          200: {
            description: 'The team that you belong to now',
            content: { 'application/json': { schema: teamSchema } },
          },
          ...problems(
            'invalid_field',
            'missing_credential',
            'user_required',
            'already_member',
            'body_too_large',
            'unsupported_media_type',
          ),
        },
      },
    },
    async (request, reply) => {
      const team = await acceptInvitation({ ctx: contextOf(request), input: request.body });
      return reply.type('application/json').send(presentTeam(team));
    },
  );
}

function pathOf(params: z.output<typeof invitationPath>) {
  const invitationId = parseId('invitation', params.invitation_id);
  if (invitationId === undefined) throw invitationNotFound();
  return { teamId: params.id, invitationId };
}
