import { z } from 'zod';
import { pageSize } from '../../platform/decimal-text.ts';
import { formatId, parseId } from '../../platform/ids.ts';
import type { InvitationPreview } from './accept-invitation.ts';
import type { Invitation } from './invitation-store.ts';
import type { OpenInvitation } from './invitations.ts';
import { guestRoleSchema, teamIdSchema, userIdSchema } from './schema.ts';

const invitationIdSchema = z
  .string()
  .refine((text) => parseId('invitation', text) !== undefined, {
    error: 'must be an invitation id (inv_…)',
  })
  .meta({ example: 'inv_01jd3x5qf8e5v9b1m2n3p4q5r6' });

export const invitationPath = z.strictObject({
  id: teamIdSchema,
  invitation_id: invitationIdSchema,
});

export const inviteSchema = z
  .strictObject({
    email: z
      .string()
      .min(3)
      .max(320)
      .optional()
      .describe('Whom to mail the invitation. Without it the answer holds a link to pass on.')
      .meta({ example: 'grace@example.com' }),
    role: guestRoleSchema.default('developer'),
  })
  .meta({ id: 'Invite' });

export const invitationSchema = z
  .object({
    id: invitationIdSchema,
    email: z.string().nullable().describe('Null: a link for whoever has it.'),
    role: guestRoleSchema,
    invited_by: z
      .object({ user_id: userIdSchema, name: z.string().nullable() })
      .nullable()
      .describe('Null where a key did.'),
    created_at: z.iso.datetime(),
    expires_at: z.iso.datetime(),
  })
  .meta({ id: 'Invitation' });

export const openInvitationSchema = invitationSchema
  .extend({
    url: z
      .string()
      .nullable()
      .describe('The link to pass on, shown this one time. Null where it went by mail.')
      .meta({ example: 'https://voice.example.com/invitation#token=q1w2…' }),
  })
  .meta({ id: 'OpenInvitation' });

export const listInvitationsSchema = z.strictObject({
  limit: pageSize(),
  cursor: invitationIdSchema.optional().describe('The `next_cursor` of the page before.'),
});

export const invitationPageSchema = z
  .object({ data: z.array(invitationSchema), next_cursor: invitationIdSchema.nullable() })
  .meta({ id: 'InvitationPage' });

const tokenSchema = z.string().min(1).max(200);

/** In a header, since addresses are written into the logs of whatever stands in between. */
export const previewHeaders = z.object({
  'x-voiceflow-invitation': tokenSchema.describe('The token, from behind the `#` of the link.'),
});

export const acceptInvitationSchema = z
  .strictObject({ token: tokenSchema.describe('From behind the `#` of the link.') })
  .meta({ id: 'AcceptInvitation' });

export const invitationPreviewSchema = z
  .object({
    team: z.object({ name: z.string() }),
    role: guestRoleSchema,
    invited_by: z.object({ name: z.string().nullable() }).nullable(),
    email: z
      .string()
      .nullable()
      .describe('The account must have this address. Null: any account will do.'),
    expires_at: z.iso.datetime(),
  })
  .meta({ id: 'InvitationPreview' });

export function presentInvitation(invitation: Invitation): z.output<typeof invitationSchema> {
  const { invitedBy, inviterName } = invitation;
  return {
    id: formatId('invitation', invitation.id),
    email: invitation.email,
    role: invitation.role,
    invited_by:
      invitedBy === null ? null : { user_id: formatId('user', invitedBy), name: inviterName },
    created_at: invitation.createdAt.toISOString(),
    expires_at: invitation.expiresAt.toISOString(),
  };
}

export function presentOpenInvitation(
  invitation: OpenInvitation,
): z.output<typeof openInvitationSchema> {
  return { ...presentInvitation(invitation), url: invitation.url };
}

export function presentPreview(
  preview: InvitationPreview,
): z.output<typeof invitationPreviewSchema> {
  const { invitedBy, inviterName } = preview;
  return {
    team: { name: preview.teamName },
    role: preview.role,
    invited_by: invitedBy === null ? null : { name: inviterName },
    email: preview.email,
    expires_at: preview.expiresAt.toISOString(),
  };
}
