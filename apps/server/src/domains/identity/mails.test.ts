import { expect, test } from 'vitest';
import type { Mail } from '../../platform/mail/index.ts';
import {
  addressTakenMail,
  alreadyRegisteredMail,
  connectionAddedMail,
  connectionRemovedMail,
  deletionCancelledMail,
  deletionScheduledMail,
  deviceConnectedMail,
  passkeyAddedMail,
  passkeyRemovedMail,
  passwordChangedMail,
  recoveryCodesReplacedMail,
  twoFactorDisabledMail,
} from './mails.ts';

const to = 'ada@example.com';
const url = 'https://voice.example.com';

test.each<[Mail, string]>([
  [passwordChangedMail(to, url), '/forgot-password'],
  [connectionAddedMail(to, url, 'github'), '/security'],
  [connectionRemovedMail(to, url, 'github'), '/security'],
  [passkeyAddedMail(to, url, 'Laptop'), '/security'],
  [passkeyRemovedMail(to, url, 'Laptop'), '/security'],
  [deviceConnectedMail(to, url, { name: 'Laptop', ipAddress: '192.0.2.9' }), '/security'],
  [twoFactorDisabledMail(to, url), '/security'],
  [recoveryCodesReplacedMail(to, url), '/security'],
  [deletionCancelledMail(to, url), '/security'],
  [deletionScheduledMail(to, url, new Date()), '/log-in'],
  [addressTakenMail(to, url), '/security'],
  [alreadyRegisteredMail(to, url), '/log-in'],
])('whoever reads “$0.subject” and did not do it is led to where they can act', (mail, page) => {
  expect(mail.text).toMatch(/if it was not/i);
  expect(mail.text).toContain(`:\n${url}${page}\n`);
  expect(mail.html).toContain(`href="${url}${page}"`);
});
