import { type Context, type GuestRole, personOf } from '../../platform/context.ts';
import { createId } from '../../platform/ids.ts';
import { queueMail } from '../../platform/mail/index.ts';
import { type Page, readPage } from '../../platform/page.ts';
import { recordAuditEvent } from '../audit/index.ts';
import {
  countInvitation,
  createSecretToken,
  getMe,
  hashToken,
  normaliseEmail,
} from '../identity/index.ts';
import { alreadyInvited, alreadyMember, invitationNotFound, tooManyInvitations } from './errors.ts';
import {
  countPendingInvitations,
  deleteInvitationsBefore,
  findPendingInvitation,
  findPendingInvitationTo,
  type Invitation,
  insertInvitation,
  listPendingInvitations,
  markInvitationRevoked,
  renewInvitation,
} from './invitation-store.ts';
import { invitationMail, invitationUrl } from './mails.ts';
import { findMemberByEmail } from './member-store.ts';
import { changeTeam, inTeam, type TeamContext } from './own-team.ts';
import { requirePermission } from './permissions.ts';
import type { Team } from './store.ts';

/** The mail says this time. */
const lifetimeMs = 7 * 24 * 60 * 60 * 1000;
const maxPending = 100;
const keptMs = 30 * 24 * 60 * 60 * 1000;

/** An invitation, with the link that leads to it where that is to be passed on by hand. */
export type OpenInvitation = Invitation & { readonly url: string | null };

/**
 * Invites somebody by mail, or makes a link for whoever gets it.
 * @throws DomainError `team_not_found`, `permission_denied`, `already_member`, `already_invited`,
 * `too_many_invitations`, `too_many_attempts`, `invalid_email`
 */
export async function inviteMember({
  ctx,
  input,
  publicUrl,
}: {
  readonly ctx: Context;
  readonly input: {
    readonly teamId: string;
    readonly email?: string | undefined;
    readonly role: GuestRole;
  };
  readonly publicUrl: string;
}): Promise<OpenInvitation> {
  const { actor } = await inTeam(ctx, input.teamId);
  requirePermission(actor, 'members.invite');
  const email = input.email === undefined ? null : normaliseEmail(input.email);
  if (email !== null) await countInvitation(ctx, { teamId: actor.teamId, email });
  return changeTeam(ctx, input.teamId, 'members.invite', async (ctx, team) => {
    const now = ctx.clock.now();
    if (email !== null) await makeRoomFor(ctx, { teamId: team.id, email, now });
    if ((await countPendingInvitations(ctx.db, { teamId: team.id, now })) >= maxPending) {
      throw tooManyInvitations(maxPending);
    }
    const id = createId();
    const { token, ...renewed } = renewal(ctx);
    await insertInvitation(ctx.db, {
      ...renewed,
      id,
      team_id: team.id,
      email,
      role: input.role,
      created_at: now,
    });
    return sendInvitation(ctx, { team, id, token, publicUrl, eventType: 'invitation.created' });
  });
}

/** Refuses an address that belongs to the team or is invited; an invitation that ran out gives way. */
async function makeRoomFor(
  ctx: TeamContext,
  guest: { readonly teamId: string; readonly email: string; readonly now: Date },
): Promise<void> {
  if (await findMemberByEmail(ctx.db, guest)) throw alreadyMember('email');
  const waiting = await findPendingInvitationTo(ctx.db, guest);
  if (!waiting) return;
  if (waiting.expiresAt > guest.now) throw alreadyInvited();
  await markInvitationRevoked(ctx.db, { id: waiting.id, revokedAt: guest.now });
}

/** A new token, its time, and who stands for it. */
function renewal(ctx: TeamContext) {
  const token = createSecretToken();
  return {
    token,
    token_hash: hashToken(token),
    invited_by: personOf(ctx.actor)?.userId ?? null,
    invited_by_key: ctx.actor.kind === 'key' ? ctx.actor.keyId : null,
    expires_at: new Date(ctx.clock.now().getTime() + lifetimeMs),
  };
}

/** Mails the link, or answers it, and records that it is out. */
async function sendInvitation(
  ctx: TeamContext,
  sent: {
    readonly team: Team;
    readonly id: string;
    readonly token: string;
    readonly publicUrl: string;
    readonly eventType: string;
  },
): Promise<OpenInvitation> {
  const { team, id } = sent;
  const invitation = await findPendingInvitation(ctx.db, { id, teamId: team.id });
  if (!invitation) throw invitationNotFound();
  const { email, role } = invitation;
  const url = invitationUrl(sent.publicUrl, sent.token);
  if (email !== null) {
    const inviter = ctx.actor.kind === 'user' ? await nameOfCaller(ctx) : null;
    await queueMail(ctx, invitationMail(email, { team: team.name, inviter, role, url }));
  }
  await recordAuditEvent({
    ctx,
    input: {
      eventType: sent.eventType,
      teamId: team.id,
      resource: { type: 'invitation', id },
      details: { role, by: email === null ? 'link' : 'mail' },
    },
  });
  return { ...invitation, url: email === null ? url : null };
}

async function nameOfCaller(ctx: TeamContext): Promise<string> {
  const { name, email } = await getMe({ ctx });
  return name === null ? email : `${name} (${email})`;
}

/** Those that nobody has accepted, newest first, be they too old or not. */
export async function listInvitations({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: {
    readonly teamId: string;
    readonly limit: number;
    readonly cursor?: string | undefined;
  };
}): Promise<Page<Invitation>> {
  const { limit, cursor } = input;
  const { actor } = await inTeam(ctx, input.teamId);
  const { teamId } = requirePermission(actor, 'members.invite');
  return readPage({
    limit,
    read: (limit) => listPendingInvitations(ctx.db, { teamId, cursor, limit }),
    idOf: ({ id }) => id,
  });
}

interface InvitationOfTeam {
  readonly teamId: string;
  readonly invitationId: string;
}

/**
 * Sends an invitation once more, with a new link and seven more days; the link before stops working.
 * @throws DomainError `invitation_not_found`, `too_many_attempts`
 */
export async function resendInvitation({
  ctx,
  input,
  publicUrl,
}: {
  readonly ctx: Context;
  readonly input: InvitationOfTeam;
  readonly publicUrl: string;
}): Promise<OpenInvitation> {
  const { actor } = await inTeam(ctx, input.teamId);
  const { teamId } = requirePermission(actor, 'members.invite');
  const { invitationId: id } = input;
  const waiting = await findPendingInvitation(ctx.db, { id, teamId });
  if (!waiting) throw invitationNotFound();
  if (waiting.email !== null) await countInvitation(ctx, { teamId, email: waiting.email });
  return changeTeam(ctx, input.teamId, 'members.invite', async (ctx, team) => {
    const { token, ...renewed } = renewal(ctx);
    await renewInvitation(ctx.db, id, renewed);
    return sendInvitation(ctx, { team, id, token, publicUrl, eventType: 'invitation.resent' });
  });
}

/** @throws DomainError `invitation_not_found` */
export async function revokeInvitation({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: InvitationOfTeam;
}): Promise<void> {
  await changeTeam(ctx, input.teamId, 'members.invite', async (ctx, team) => {
    const { invitationId: id } = input;
    const waiting = await findPendingInvitation(ctx.db, { id, teamId: team.id });
    if (!waiting) throw invitationNotFound();
    await markInvitationRevoked(ctx.db, { id, revokedAt: ctx.clock.now() });
    await recordAuditEvent({
      ctx,
      input: {
        eventType: 'invitation.revoked',
        teamId: team.id,
        resource: { type: 'invitation', id },
        details: { role: waiting.role },
      },
    });
  });
}

/** Deletes what ran out a month ago, accepted or not. */
export function deleteOldInvitations({ db, clock }: Context): Promise<void> {
  return deleteInvitationsBefore(db, new Date(clock.now().getTime() - keptMs));
}
