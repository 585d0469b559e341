import { type Mail, renderMail } from '../../platform/mail/index.ts';

/**
 * The mails of an account. Tokens stand behind `#`, which browsers send to nobody; opening the page
 * changes nothing, so that a scanner which follows links uses no token up.
 */
export function verificationMail(to: string, publicUrl: string, token: string): Mail {
  return renderMail(to, {
    subject: 'Confirm your address for VoiceFlow',
    paragraphs: ['Welcome to VoiceFlow. Confirm that this address is yours, then log in.'],
    action: { label: 'Confirm address', url: `${publicUrl}/verify-email#token=${token}` },
    footnote:
      'The link works once, for 24 hours. If you did not register at VoiceFlow, do not open it: without it the account stays closed.',
  });
}

export function alreadyRegisteredMail(to: string, publicUrl: string): Mail {
  return renderMail(to, {
    subject: 'You have a VoiceFlow account already',
    paragraphs: [
      'Somebody, most likely you, tried to register at VoiceFlow with this address. It has an account already, so nothing was changed.',
    ],
    action: { label: 'Open VoiceFlow', url: publicUrl },
    footnote:
      'If it was not you, there is nothing to do: who tried was not told about your account.',
  });
}
