import { type Mail, renderAlert, renderMail } from '../../platform/mail/index.ts';

/** Names are other people's text, and long ones must leave room for the rest of a subject. */
const maxNameInSubject = 80;

function clip(name: string): string {
  const letters = [...name];
  return letters.length <= maxNameInSubject
    ? name
    : `${letters.slice(0, maxNameInSubject - 1).join('')}…`;
}

/** The token stands behind `#`, which browsers send to nobody. */
export function invitationUrl(publicUrl: string, token: string): string {
  return `${publicUrl}/invitation#token=${token}`;
}

export function invitationMail(
  to: string,
  invitation: {
    readonly team: string;
    readonly inviter: string | null;
    readonly role: string;
    readonly url: string;
  },
): Mail {
  const { team, inviter, role, url } = invitation;
  return renderMail(to, {
    subject: `Join “${clip(team)}” on VoiceFlow`,
    paragraphs: [
      `${inviter ?? 'Somebody'} invites you to the team “${team}” on VoiceFlow, with the role ${role}.`,
      `Accept with an account of this very address, ${to}. If you have none, register first: the invitation waits.`,
    ],
    action: { label: 'See the invitation', url },
    footnote:
      'The link works once, for 7 days. If you do not know the team, there is nothing to do: without you nothing happens.',
  });
}

export function removedMail(to: string, team: string): Mail {
  return renderMail(to, {
    subject: `You no longer belong to “${clip(team)}”`,
    paragraphs: [
      `You were removed from the team “${team}” on VoiceFlow. The keys that you made there work no more. Your account stays as it is.`,
    ],
    footnote: 'If this surprises you, ask the owner of the team.',
  });
}

export function newOwnerMail(to: string, publicUrl: string, team: string): Mail {
  return renderMail(to, {
    subject: `You own “${clip(team)}” now`,
    paragraphs: [`The team “${team}” on VoiceFlow was handed over to you: you are its owner.`],
    action: { label: 'Open the team', url: `${publicUrl}/team` },
    footnote: 'If you do not want it, hand it over to another member.',
  });
}

export function formerOwnerMail(
  to: string,
  publicUrl: string,
  { team, newOwner }: { readonly team: string; readonly newOwner: string },
): Mail {
  return renderAlert(to, {
    subject: `You handed “${clip(team)}” over`,
    told: `The team “${team}” on VoiceFlow belongs to ${newOwner} now. You stay in it as an admin.`,
    remedy: 'set a new password at once, and tell the new owner',
    action: newPasswordPage(publicUrl),
  });
}

export function teamDeletedMail(to: string, publicUrl: string, team: string): Mail {
  return renderMail(to, {
    subject: `“${clip(team)}” was deleted`,
    paragraphs: [
      `The owner of the team “${team}” on VoiceFlow deleted it, with all its keys. Your account stays as it is.`,
      'If you are the owner and it was not you, set a new password at once.',
    ],
    action: newPasswordPage(publicUrl),
    footnote: 'You get this because you were an owner or admin of the team.',
  });
}

function newPasswordPage(publicUrl: string) {
  return { label: 'Set a new password', url: `${publicUrl}/forgot-password` };
}
