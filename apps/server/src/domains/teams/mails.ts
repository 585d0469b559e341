import { type Mail, renderMail } from '../../platform/mail/index.ts';

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
