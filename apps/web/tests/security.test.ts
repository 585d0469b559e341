import { readFile } from 'node:fs/promises';
import { Secret, TOTP } from 'otpauth';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { IdentityProvider } from '../../server/tests/support/identity-provider.ts';
import {
  AccountSite,
  button,
  heading,
  logIn,
  password,
  plugInAuthenticator,
} from './account-site.ts';
import { expectAccessible } from './expect-accessible.ts';

const email = 'grace@example.com';
const newPassword = 'several random words in a row';

let provider: IdentityProvider;
let site: AccountSite;
let page: Page;

beforeAll(async () => {
  provider = await IdentityProvider.start('openid');
  site = await AccountSite.open({
    OAUTH_GOOGLE_CLIENT_ID: 'google-client',
    OAUTH_GOOGLE_CLIENT_SECRET: 'google-secret',
    OAUTH_GOOGLE_ISSUER: provider.url,
  });
  await site.createAccount(email);
});

afterAll(async () => {
  await site?.close();
  await provider?.stop();
});

const card = (name: string) => page.getByRole('region', { name });

/** Those that are left. */
let recoveryCodes: string[] = [];

const nextRecoveryCode = () => recoveryCodes.shift() ?? '';

describe('the security page', () => {
  test('asks whoever is not known to log in first, and is there afterwards', async () => {
    page = await site.visit('/security');
    await logIn(page, { email });
    await heading(page, 'Security').waitFor();
    await card('Sessions').getByText('This browser').waitFor();
    await expectAccessible(page);
  });

  test('ends a session elsewhere at once, for who confirms that it is them', async () => {
    const elsewhere = await site.visit('/log-in');
    await logIn(elsewhere, { email });
    await elsewhere.getByRole('complementary').getByText('Grace Hopper', { exact: true }).waitFor();
    await page.reload();
    await card('Sessions')
      .getByRole('button', { name: /^End the session/ })
      .click();
    const question = card('Confirm that it is you');
    await question.getByLabel('Password', { exact: true }).fill(password);
    await expectAccessible(page);
    await question.getByRole('button', { name: 'Confirm', exact: true }).click();
    await card('Sessions')
      .getByRole('button', { name: /^End/ })
      .first()
      .waitFor({ state: 'detached' });
    await elsewhere.getByRole('complementary').getByRole('link', { name: 'Security' }).click();
    await elsewhere.reload();
    await heading(elsewhere, 'Log in').waitFor();
    await elsewhere.context().close();
  });

  test('changes the password, and says at the field when the old one is wrong', async () => {
    await card('Password').getByRole('button', { name: 'Change password' }).click();
    const field = (name: string) => card('Password').getByLabel(name, { exact: true });
    await field('Current password').fill('not the password at all');
    await field('New password').fill(newPassword);
    await card('Password').getByRole('button', { name: 'Change password' }).click();
    await card('Password').getByRole('alert').filter({ hasText: 'Is not the password' }).waitFor();
    await field('Current password').fill(password);
    await card('Password').getByRole('button', { name: 'Change password' }).click();
    await card('Password').getByRole('status').filter({ hasText: 'is changed' }).waitFor();
  });

  test('mails a link to a new address', async () => {
    await button(page, 'Change e-mail').click();
    await card('E-mail').getByLabel('New e-mail').fill('admiral@example.com');
    await card('E-mail').getByLabel('Password', { exact: true }).fill(newPassword);
    await button(page, 'Mail me a link').click();
    await card('E-mail').getByRole('status').filter({ hasText: 'admiral@example.com' }).waitFor();
    const tab = await site.openTab(page.context(), '/');
    await tab.goto(await site.mailedLink('admiral@example.com'));
    await button(tab, 'Confirm address').click();
    await heading(tab, 'Your account has moved').waitFor();
    await tab.close();
    await card('E-mail').getByText('You log in as admiral@example.com').waitFor();
  });
});

test('whoever belongs to several teams chooses in which to act', async () => {
  await page.goto(`${site.url}/security`);
  await heading(page, 'Security').waitFor();
  const made = await page.evaluate(() =>
    fetch('/v1/teams', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Voices of Babbage' }),
    }).then(({ status }) => status),
  );
  expect(made).toBe(201);
  await page.reload();
  const team = page.getByRole('complementary').getByRole('combobox', { name: 'Team' });
  await team.waitFor();
  const asked = page.waitForResponse('**/v1/me');
  await team.selectOption('Voices of Babbage');
  const me = z.object({ team: z.object({ id: z.string() }) }).parse(await (await asked).json());
  expect((await asked).request().headers()['x-voiceflow-team']).toBe(me.team.id);
  await heading(page, 'Security').waitFor();
  await expectAccessible(page);
});

describe('the second factor', () => {
  let totp: TOTP;

  test('is turned on by a code of the app, and gives recovery codes to keep', async () => {
    await page.reload();
    await card('Second factor').getByRole('button', { name: 'Turn on' }).click();
    await card('Second factor').getByLabel('Password', { exact: true }).fill(newPassword);
    await button(page, 'Continue').click();
    await card('Second factor').getByRole('img', { name: 'QR code' }).waitFor();
    await expectAccessible(page);
    const secret = await card('Second factor')
      .getByText(/^[A-Z2-7]{16,}$/)
      .textContent();
    totp = new TOTP({ secret: Secret.fromBase32(secret ?? '') });

    await card('Second factor').getByLabel('Code', { exact: true }).fill('000000');
    await card('Second factor').getByRole('button', { name: 'Turn on' }).click();
    await card('Second factor').getByRole('alert').filter({ hasText: 'Is wrong' }).waitFor();
    await card('Second factor').getByLabel('Code', { exact: true }).fill(totp.generate());
    await card('Second factor').getByRole('button', { name: 'Turn on' }).click();
    const codes = card('Second factor').getByRole('list', { name: 'Recovery codes' });
    await codes.waitFor();
    await expectAccessible(page);
    expect(await codes.getByRole('listitem').count()).toBe(10);
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      button(page, 'Download').click(),
    ]);
    recoveryCodes = await codes.getByRole('listitem').allTextContents();
    expect(await readFile(await file.path(), 'utf8')).toContain(recoveryCodes.join('\n'));
    await button(page, 'I have kept them').click();
    await card('Second factor').getByText(/^On:/).waitFor();
  });

  test('is asked for at the log-in', async () => {
    await button(page, 'Log out').click();
    await logIn(page, { email: 'admiral@example.com', secret: newPassword });
    await heading(page, 'One more step').waitFor();
    const field = page.getByLabel('Code', { exact: true });
    await page.waitForFunction(() => document.activeElement instanceof HTMLInputElement);
    expect(await field.evaluate((node) => node === document.activeElement)).toBe(true);
    expect(await field.getAttribute('autocomplete')).toBe('one-time-code');
    await expectAccessible(page);
    await field.fill('000000');
    await button(page, 'Log in').click();
    await page.getByRole('alert').filter({ hasText: 'Is wrong' }).waitFor();
    // As if the step of the code above were over: each counts once.
    await site.roles.database.db.updateTable('totp_factors').set({ last_step: 0 }).execute();
    await field.fill(totp.generate());
    await button(page, 'Log in').click();
    await page.getByRole('complementary').getByText('Grace Hopper', { exact: true }).waitFor();
  });

  test('a recovery code opens the account where the app is lost', async () => {
    const elsewhere = await site.visit('/log-in');
    await logIn(elsewhere, { email: 'admiral@example.com', secret: newPassword });
    await button(elsewhere, 'Use a recovery code instead').click();
    await elsewhere.getByLabel('Recovery code', { exact: true }).fill(nextRecoveryCode());
    await button(elsewhere, 'Log in').click();
    await elsewhere.getByRole('complementary').getByText('Grace Hopper', { exact: true }).waitFor();
    await elsewhere.context().close();
  });
});

describe('recovery codes', () => {
  test('are made anew by who has the password and a code, in place of those that are left', async () => {
    await page.goto(`${site.url}/security`);
    const factor = card('Second factor');
    await button(page, 'Make new recovery codes').click();
    await factor.getByLabel('Password', { exact: true }).fill(newPassword);
    await button(page, 'Use a recovery code instead').click();
    const field = factor.getByLabel('Recovery code', { exact: true });
    await field.fill('no-such-code');
    await button(page, 'Make new recovery codes').click();
    await factor.getByRole('alert').filter({ hasText: 'Is wrong' }).waitFor();
    await expectAccessible(page);
    await field.fill(nextRecoveryCode());
    await button(page, 'Make new recovery codes').click();
    const list = factor.getByRole('list', { name: 'Recovery codes' });
    await list.waitFor();
    await expectAccessible(page);
    const made = await list.getByRole('listitem').allTextContents();
    expect(made).toHaveLength(10);
    expect(made).not.toEqual(expect.arrayContaining(recoveryCodes));
    recoveryCodes = made;
    await button(page, 'I have kept them').click();
    await factor.getByText(/^On:/).waitFor();
  });
});

describe('a passkey', () => {
  beforeAll(() => plugInAuthenticator(page));

  test('is added once the owner has confirmed that it is them', async () => {
    await page.goto(`${site.url}/security`);
    await button(page, 'Add a passkey').click();
    const question = page.getByRole('region', { name: 'Confirm that it is you' });
    await question.getByLabel('Password', { exact: true }).fill('not the password at all');
    await question.getByRole('button', { name: 'Confirm', exact: true }).click();
    await question.getByRole('alert').filter({ hasText: 'Is not the password' }).waitFor();
    await expectAccessible(page);
    await question.getByLabel('Password', { exact: true }).fill(newPassword);
    await question.getByRole('button', { name: 'Confirm', exact: true }).click();
    await card('Passkeys').getByText('not used yet').waitFor();
  });

  test('is called as its owner likes', async () => {
    await card('Passkeys')
      .getByRole('button', { name: /^Rename/ })
      .click();
    await card('Passkeys').getByLabel('Name', { exact: true }).fill('The blue phone');
    await card('Passkeys').getByRole('button', { name: 'Rename', exact: true }).click();
    await card('Passkeys').getByText('The blue phone').waitFor();
    await expectAccessible(page);
  });

  test('logs in without a password or a code, and can be removed', async () => {
    await button(page, 'Log out').click();
    await heading(page, 'Log in').waitFor();
    await button(page, 'Use a passkey').click();
    await page.getByRole('complementary').getByText('Grace Hopper', { exact: true }).waitFor();
    await page.goto(`${site.url}/security`);
    await button(page, 'Remove The blue phone').click();
    const question = page.getByRole('region', { name: 'Confirm that it is you' });
    await question.getByRole('button', { name: 'Confirm with a passkey' }).click();
    await card('Passkeys').getByText('The blue phone').waitFor({ state: 'detached' });
  });
});

describe('a device', () => {
  const codesSchema = z.object({ device_code: z.string(), verification_uri_complete: z.string() });

  async function startDevice() {
    const response = await fetch(`${site.url}/v1/auth/device`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: 'voiceflow-cli', device_name: "Grace's laptop" }),
    });
    return codesSchema.parse(await response.json());
  }

  async function fetchTokens(deviceCode: string): Promise<unknown> {
    const response = await fetch(`${site.url}/v1/auth/device/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
        device_code: deviceCode,
      }),
    });
    return response.json();
  }

  test('is let in by its code', async () => {
    const device = await startDevice();
    await page.goto(device.verification_uri_complete);
    await heading(page, 'Connect a device').waitFor();
    await expectAccessible(page);
    await button(page, 'Continue').click();
    await page.getByText("Let Grace's laptop act as").waitFor();
    await expectAccessible(page);
    await button(page, 'Let it in').click();
    await page.getByRole('status').filter({ hasText: 'is connected' }).waitFor();
    expect(await fetchTokens(device.device_code)).toMatchObject({ token_type: 'Bearer' });
  });

  test('is sent away, and its code is good no more', async () => {
    const device = await startDevice();
    await page.goto(device.verification_uri_complete);
    await button(page, 'Continue').click();
    await button(page, 'Deny').click();
    await page.getByRole('status').filter({ hasText: 'was sent away' }).waitFor();
    expect(await fetchTokens(device.device_code)).toMatchObject({ error: 'access_denied' });
    await page.goto(device.verification_uri_complete);
    await button(page, 'Continue').click();
    await page.getByRole('alert').filter({ hasText: 'No device waits with this code' }).waitFor();
  });
});

describe('an account elsewhere', () => {
  test('is connected, and opens this one', async () => {
    provider.person = {
      id: '1906',
      email: 'admiral@example.com',
      emailVerified: true,
      name: 'Grace Hopper',
    };
    await page.goto(`${site.url}/security`);
    await button(page, 'Connect Google').click();
    await page.getByRole('status').filter({ hasText: 'Google opens your account' }).waitFor();
    await expectAccessible(page);

    const elsewhere = await site.visit('/log-in?next=%2Fsecurity');
    await expectAccessible(elsewhere);
    await button(elsewhere, 'Continue with Google').click();
    await heading(elsewhere, 'One more step').waitFor();
    await elsewhere.context().close();
  });

  test('lets who has no password turn the second factor off, once it is sure who asks', async () => {
    const { db } = site.roles.database;
    await db
      .updateTable('users')
      .set({ password_hash: null })
      .where('email', '=', 'admiral@example.com')
      .execute();
    const elsewhere = await site.visit('/log-in?next=%2Fsecurity');
    await button(elsewhere, 'Continue with Google').click();
    await button(elsewhere, 'Use a recovery code instead').click();
    await elsewhere.getByLabel('Recovery code', { exact: true }).fill(nextRecoveryCode());
    await button(elsewhere, 'Log in').click();
    const factor = elsewhere.getByRole('region', { name: 'Second factor' });
    const turnOff = factor.getByRole('button', { name: 'Turn off' });
    await turnOff.click();
    await factor.getByText('No log-in asks for a code any more.').waitFor();
    await expectAccessible(elsewhere);
    await turnOff.click();
    const question = factor.getByRole('region', { name: 'Confirm that it is you' });
    await question.getByRole('button', { name: 'Use a recovery code instead' }).click();
    await question.getByLabel('Recovery code', { exact: true }).fill(nextRecoveryCode());
    await expectAccessible(elsewhere);
    await question.getByRole('button', { name: 'Confirm', exact: true }).click();
    await factor.getByText(/^Off\./).waitFor();
    await expectAccessible(elsewhere);
    await elsewhere.context().close();
  });

  test('makes an account for who has none, and says when the provider vouches for no address', async () => {
    provider.person = { id: '7', email: 'new@example.com', emailVerified: false, name: 'Newcomer' };
    const elsewhere = await site.visit('/log-in');
    await button(elsewhere, 'Continue with Google').click();
    await elsewhere.getByRole('alert').filter({ hasText: 'is confirmed' }).waitFor();
    await expectAccessible(elsewhere);
    provider.person = { ...provider.person, emailVerified: true };
    await button(elsewhere, 'Continue with Google').click();
    await elsewhere.getByRole('complementary').getByText('Newcomer', { exact: true }).waitFor();
    await elsewhere.getByRole('complementary').getByRole('link', { name: 'Security' }).click();
    await elsewhere.getByRole('link', { name: 'Set one by mail' }).waitFor();
    await expectAccessible(elsewhere);
    const address = elsewhere.getByRole('region', { name: 'E-mail' });
    await address.getByRole('button', { name: 'Change e-mail' }).click();
    await address.getByLabel('New e-mail').fill('newer@example.com');
    await address.getByRole('button', { name: 'Mail me a link' }).click();
    await address.getByRole('button', { name: 'I have logged in just now' }).click();
    await address.getByRole('status').filter({ hasText: 'newer@example.com' }).waitFor();
    await elsewhere.context().close();
  });

  test('is asked for the second factor that it was given without a password', async () => {
    const elsewhere = await site.visit('/log-in?next=%2Fsecurity');
    await button(elsewhere, 'Continue with Google').click();
    const factor = elsewhere.getByRole('region', { name: 'Second factor' });
    await factor.getByRole('button', { name: 'Turn on' }).click();
    await expectAccessible(elsewhere);
    // By keyboard: the button that was pressed is gone, and what comes next has the focus.
    const next = elsewhere.locator('button:focus', { hasText: 'I have logged in just now' });
    await next.press('Enter');
    const secret = await factor.getByText(/^[A-Z2-7]{16,}$/).textContent();
    const totp = new TOTP({ secret: Secret.fromBase32(secret ?? '') });
    await factor.getByLabel('Code', { exact: true }).fill(totp.generate());
    await factor.getByRole('button', { name: 'Turn on' }).click();
    const codes = factor.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem');
    const code = await codes.first().textContent();
    await button(elsewhere, 'I have kept them').click();
    await factor.getByText(/^On:/).waitFor();
    await button(elsewhere, 'Log out').click();
    await button(elsewhere, 'Continue with Google').click();
    await heading(elsewhere, 'One more step').waitFor();
    await button(elsewhere, 'Use a recovery code instead').click();
    await elsewhere.getByLabel('Recovery code', { exact: true }).fill(code ?? '');
    await button(elsewhere, 'Log in').click();
    await elsewhere.getByRole('complementary').getByText('Newcomer', { exact: true }).waitFor();
    await elsewhere.context().close();
  });
});

test('single sign-on says when no team has it for the address', async () => {
  const elsewhere = await site.visit('/log-in');
  await button(elsewhere, 'Use single sign-on').click();
  await heading(elsewhere, 'Single sign-on').waitFor();
  await elsewhere.getByLabel('E-mail').fill('somebody@nowhere.example');
  await button(elsewhere, 'Continue').click();
  await elsewhere.getByRole('alert').waitFor();
  await expectAccessible(elsewhere);
  await elsewhere.context().close();
});

describe('whoever leaves', () => {
  let leaving: Page;

  test('takes their data along, and is told when the account goes', async () => {
    await site.createAccount('leaver@example.com');
    leaving = await site.visit('/security');
    await logIn(leaving, { email: 'leaver@example.com' });
    const own = leaving.getByRole('region', { name: 'Your data' });
    const [file] = await Promise.all([
      leaving.waitForEvent('download'),
      own.getByRole('button', { name: 'Download my data' }).click(),
    ]);
    expect(JSON.parse(await readFile(await file.path(), 'utf8'))).toMatchObject({
      profile: { email: 'leaver@example.com' },
    });
    await own.getByRole('button', { name: 'Delete my account' }).click();
    await expectAccessible(leaving);
    await own.getByRole('button', { name: 'Delete my account' }).click();
    await own.getByLabel('Password', { exact: true }).fill(password);
    await own.getByRole('button', { name: 'Confirm', exact: true }).click();
    await own.getByRole('status').filter({ hasText: 'is erased on' }).waitFor();
    await own.getByRole('button', { name: 'Close' }).click();
    await heading(leaving, 'Log in').waitFor();
  });

  test('may come back within the time, and stay', async () => {
    await logIn(leaving, { email: 'leaver@example.com' });
    const banner = leaving.getByRole('complementary', { name: 'Deletion of your account' });
    await banner.filter({ hasText: 'in 14 days' }).waitFor();
    await expectAccessible(leaving);
    await banner.getByRole('button', { name: 'Keep it' }).click();
    await banner.waitFor({ state: 'detached' });
  });
});

test('all along, no exception was left and nothing broke the content policy', () => {
  expect(site.faults).toEqual([]);
});
