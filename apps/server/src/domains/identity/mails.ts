import { type Mail, renderAlert, renderMail } from '../../platform/mail/index.ts';

const providerNames: Readonly<Record<string, string>> = { google: 'Google', github: 'GitHub' };

function nameOfProvider(id: string): string {
  return providerNames[id] ?? 'your identity provider';
}

function securityPage(publicUrl: string) {
  return { label: 'Open the security page', url: `${publicUrl}/security` };
}

/**
 * The mails of an account. Tokens stand behind `#`, which browsers send to nobody; opening the page
 * changes nothing, so that a scanner which follows links uses no token up.
 */
export function verificationMail(to: string, publicUrl: string, token: string): Mail {
  return renderMail(to, {
    subject: 'Confirm your address for VoiceFlow',
    paragraphs: [
      'Welcome to VoiceFlow. Confirm that this address is yours, with the password that you chose, and your account is open.',
    ],
    action: { label: 'Confirm address', url: `${publicUrl}/verify-email#token=${token}` },
    footnote:
      'The link works once, for 24 hours. If you did not register at VoiceFlow, there is nothing to do: without the link and your password the account stays closed.',
  });
}

export function alreadyRegisteredMail(to: string, publicUrl: string): Mail {
  return renderMail(to, {
    subject: 'You have a VoiceFlow account already',
    paragraphs: [
      'Somebody, most likely you, tried to register at VoiceFlow with this address. It has an account already, so nothing was changed.',
      'Log in, or set a new password there if you do not know yours any more.',
    ],
    action: { label: 'Log in', url: `${publicUrl}/log-in` },
    footnote:
      'If it was not you, there is nothing to do: who tried was not told about your account.',
  });
}

/** For the owner of an address that another account was to have. */
export function addressTakenMail(to: string, publicUrl: string): Mail {
  return renderMail(to, {
    subject: 'This address has a VoiceFlow account',
    paragraphs: [
      'Somebody, perhaps you, wanted to move another VoiceFlow account to this address. It has an account of its own, so nothing was changed.',
    ],
    action: securityPage(publicUrl),
    footnote:
      'If it was you, move this account to another address first, or delete it. If it was not, there is nothing to do: who tried was not told about your account.',
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

export function passwordChangedMail(to: string, publicUrl: string): Mail {
  return renderAlert(to, {
    subject: 'Your VoiceFlow password was changed',
    told: 'The password of your account was changed, and all its sessions were ended.',
    remedy: 'set a new one at once',
    action: { label: 'Set a new password', url: `${publicUrl}/forgot-password` },
  });
}

export function connectionAddedMail(to: string, publicUrl: string, provider: string): Mail {
  return renderAlert(to, {
    subject: 'Your VoiceFlow account can be opened another way',
    told: `From now on an account at ${nameOfProvider(provider)} opens your VoiceFlow account.`,
    remedy: 'remove the connection at once and set a new password',
    action: securityPage(publicUrl),
  });
}

export function connectionRemovedMail(to: string, publicUrl: string, provider: string): Mail {
  return renderAlert(to, {
    subject: 'Your VoiceFlow account can no longer be opened one way',
    told: `The account at ${nameOfProvider(provider)} that opened your VoiceFlow account opens it no more.`,
    remedy: 'set a new password at once and look at what else opens your account',
    action: securityPage(publicUrl),
  });
}

export function passkeyAddedMail(to: string, publicUrl: string, name: string): Mail {
  return renderAlert(to, {
    subject: 'A passkey was added to your VoiceFlow account',
    told: `Your account can now be opened with the passkey “${name}”.`,
    remedy: 'remove it at once and set a new password',
    action: securityPage(publicUrl),
  });
}

export function passkeyRemovedMail(to: string, publicUrl: string, name: string): Mail {
  return renderAlert(to, {
    subject: 'A passkey was removed from your VoiceFlow account',
    told: `The passkey “${name}” opens your account no more.`,
    remedy: 'set a new password at once and look at what else opens your account',
    action: securityPage(publicUrl),
  });
}

export function deviceConnectedMail(
  to: string,
  publicUrl: string,
  device: { readonly name: string; readonly ipAddress: string | null },
): Mail {
  const from = device.ipAddress === null ? '' : `, which asked from ${device.ipAddress},`;
  return renderAlert(to, {
    subject: 'A device was connected to your VoiceFlow account',
    told: `The device “${device.name}”${from} was let in. It acts as you until its session ends.`,
    remedy: 'end its session at once and set a new password',
    action: securityPage(publicUrl),
  });
}

export function twoFactorEnabledMail(to: string): Mail {
  return renderMail(to, {
    subject: 'Your VoiceFlow account has a second factor',
    paragraphs: [
      'From now on a log-in asks for a code of your authenticator app. Your sessions elsewhere were ended.',
    ],
    footnote:
      'If it was not you, somebody knows your password and has shut you out: tell whoever runs this server.',
  });
}

export function twoFactorDisabledMail(to: string, publicUrl: string): Mail {
  return renderAlert(to, {
    subject: 'Your VoiceFlow account has no second factor any more',
    told: 'From now on a log-in asks for no code of an authenticator app.',
    remedy: 'set a new password at once and turn the second factor on again',
    action: securityPage(publicUrl),
  });
}

export function recoveryCodesReplacedMail(to: string, publicUrl: string): Mail {
  return renderAlert(to, {
    subject: 'Your VoiceFlow account has new recovery codes',
    told: 'The recovery codes that stand in for your authenticator app were made anew. The former ones open nothing any more.',
    remedy: 'set a new password at once and make new codes',
    action: securityPage(publicUrl),
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
    action: { label: 'Log in', url: `${publicUrl}/log-in` },
    footnote: 'If it was not you, log in at once, keep the account and set a new password.',
  });
}

export function deletionCancelledMail(to: string, publicUrl: string): Mail {
  return renderAlert(to, {
    subject: 'Your VoiceFlow account stays',
    told: 'The deletion of your account was taken back.',
    remedy: 'set a new password at once',
    action: securityPage(publicUrl),
  });
}

export function accountDeletedMail(to: string): Mail {
  return renderMail(to, {
    subject: 'Your VoiceFlow account was deleted',
    paragraphs: ['Your account was erased, as you had asked. Thank you for having been with us.'],
    footnote: 'This is the last mail about it.',
  });
}
