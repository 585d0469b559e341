import { type Mail, renderMail } from '../../platform/mail/index.ts';

const providerNames: Readonly<Record<string, string>> = { google: 'Google', github: 'GitHub' };

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

export function resetMail(to: string, publicUrl: string, token: string): Mail {
  return renderMail(to, {
    subject: 'Set a new password for VoiceFlow',
    paragraphs: ['Somebody, most likely you, asked to set a new password for your account.'],
    action: { label: 'Set a new password', url: `${publicUrl}/reset-password#token=${token}` },
    footnote:
      'The link works once, for one hour. If you did not ask for it, there is nothing to do: your password stays as it is.',
  });
}

export function passwordChangedMail(to: string): Mail {
  return renderMail(to, {
    subject: 'Your VoiceFlow password was changed',
    paragraphs: ['The password of your account was changed, and all its sessions were ended.'],
    footnote: 'If it was not you, ask for a new password at once.',
  });
}

export function connectionAddedMail(to: string, provider: string): Mail {
  return renderMail(to, {
    subject: 'Your VoiceFlow account can be opened another way',
    paragraphs: [
      `From now on an account at ${providerNames[provider] ?? 'your identity provider'} opens your VoiceFlow account.`,
    ],
    footnote:
      'If it was not you, set a new password and remove the connection on the security page.',
  });
}

export function passkeyAddedMail(to: string, name: string): Mail {
  return renderMail(to, {
    subject: 'A passkey was added to your VoiceFlow account',
    paragraphs: [`Your account can now be opened with the passkey “${name}”.`],
    footnote: 'If it was not you, remove it at once and set a new password.',
  });
}

export function recoveryCodesReplacedMail(to: string): Mail {
  return renderMail(to, {
    subject: 'Your VoiceFlow account has new recovery codes',
    paragraphs: [
      'The recovery codes that stand in for your authenticator app were made anew. The former ones open nothing any more.',
    ],
    footnote: 'If it was not you, set a new password at once and make new codes.',
  });
}

export function changeEmailMail(to: string, publicUrl: string, token: string): Mail {
  return renderMail(to, {
    subject: 'Confirm your new address for VoiceFlow',
    paragraphs: ['Somebody, most likely you, wants to use this address for a VoiceFlow account.'],
    action: { label: 'Confirm address', url: `${publicUrl}/confirm-email#token=${token}` },
    footnote: 'The link works once, for one hour. If you did not ask for it, do not open it.',
  });
}

export function emailChangedMail(to: string, newEmail: string): Mail {
  return renderMail(to, {
    subject: 'Your VoiceFlow account has a new address',
    paragraphs: [`Your account was moved from this address to ${newEmail}.`],
    footnote: 'If it was not you, tell whoever runs this server.',
  });
}

export function deletionScheduledMail(to: string, publicUrl: string, dueAt: Date): Mail {
  return renderMail(to, {
    subject: 'Your VoiceFlow account will be deleted',
    paragraphs: [
      `Your account, and the teams that only you belong to, will be erased on ${dueAt.toISOString().slice(0, 10)}. All its sessions were ended, and the keys of those teams were revoked.`,
      'If you want to keep it, log in before that day and choose to keep the account.',
    ],
    action: { label: 'Log in', url: `${publicUrl}/login` },
    footnote: 'If it was not you, log in at once, keep the account and set a new password.',
  });
}

export function deletionCancelledMail(to: string): Mail {
  return renderMail(to, {
    subject: 'Your VoiceFlow account stays',
    paragraphs: ['The deletion of your account was taken back.'],
    footnote: 'If it was not you, set a new password at once.',
  });
}

export function accountDeletedMail(to: string): Mail {
  return renderMail(to, {
    subject: 'Your VoiceFlow account was deleted',
    paragraphs: ['Your account was erased, as you had asked. Thank you for having been with us.'],
    footnote: 'This is the last mail about it.',
  });
}
