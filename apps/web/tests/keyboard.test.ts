import { Secret, TOTP } from 'otpauth';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import {
  AccountSite,
  button,
  heading,
  logIn,
  password,
  plugInAuthenticator,
} from './account-site.ts';

const email = 'grace@example.com';

let site: AccountSite;
let page: Page;

beforeAll(async () => {
  site = await AccountSite.open();
  await site.createAccount(email);
  page = await site.visit('/security');
  await logIn(page, { email });
  await heading(page, 'Security').waitFor();
});

afterAll(() => site?.close());

/** What the Enter key would act on, or what a screen reader has read last. */
function expectFocus(selector: string, text: string | RegExp): Promise<void> {
  return page.locator(`${selector}:focus`, { hasText: text }).waitFor();
}

/** What a screen reader says, though nothing that came has the focus. */
function expectSaid(text: string): Promise<void> {
  return page.locator('[aria-live=polite].sr-only', { hasText: text }).waitFor();
}

/** By Tab alone: what cannot be reached is not pressed. */
async function press(name: string | RegExp): Promise<void> {
  const target = page.getByRole('button', { name, exact: true });
  await target.waitFor();
  for (let steps = 0; steps < 60; steps += 1) {
    if (await target.evaluate((node) => node === document.activeElement)) {
      return page.keyboard.press('Enter');
    }
    await page.keyboard.press('Tab');
  }
  throw new Error(`the key Tab does not lead to ${name}`);
}

async function typeAndSend(text: string): Promise<void> {
  await page.waitForFunction(() => document.activeElement instanceof HTMLInputElement);
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
}

test('who cancels goes on where they were', async () => {
  await press('Change password');
  await page.waitForFunction(() => document.activeElement instanceof HTMLInputElement);
  await press('Cancel');
  await expectFocus('h2', 'Password');
  await press('Change password');
  await press('Cancel');
});

test('a second factor is turned on, and the card says so along with its codes', async () => {
  await press('Turn on');
  await typeAndSend(password);
  const card = page.getByRole('region', { name: 'Second factor' });
  const secret = await card.getByText(/^[A-Z2-7]{16,}$/).textContent();
  await typeAndSend(new TOTP({ secret: Secret.fromBase32(secret ?? '') }).generate());
  await expectFocus('[role=status]', 'The second factor is on.');
  await card.getByText(/^On:/).waitFor();
  await press('I have kept them');
  await expectFocus('h2', 'Second factor');
});

test('who asks for the field of a recovery code goes on in it', async () => {
  await press('Turn off');
  await press('Use a recovery code instead');
  await page.waitForFunction(() =>
    document.activeElement instanceof HTMLInputElement
      ? document.activeElement.labels?.[0]?.textContent === 'Recovery code'
      : false,
  );
  await press('Cancel');
  await expectFocus('h2', 'Second factor');
});

test('a passkey is added, renamed and removed, and each is said', async () => {
  await plugInAuthenticator(page);
  await press('Add a passkey');
  await typeAndSend(password);
  await expectSaid('The passkey was added.');
  await expectFocus('h2', 'Passkeys');
  await press(/^Rename/);
  await typeAndSend('The blue phone');
  await expectSaid('The passkey was renamed.');
  await expectFocus('h2', 'Passkeys');
  await press('Remove The blue phone');
  await expectSaid('The passkey was removed.');
  await expectFocus('h2', 'Passkeys');
});

test('the question whether to let a device in is read before it is answered', async () => {
  const device = await fetch(`${site.url}/v1/auth/device`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: 'voiceflow-cli', device_name: "Grace's laptop" }),
  });
  const codes = z.object({ verification_uri_complete: z.string() }).parse(await device.json());
  await page.goto(codes.verification_uri_complete);
  await button(page, 'Continue').waitFor();
  await press('Continue');
  await expectFocus('p', "Let Grace's laptop act as");
  await press('Let it in');
  await expectFocus('[role=status]', 'is connected');
});

test('an invitation is sent and revoked, and both are said', async () => {
  await page.goto(`${site.url}/team`);
  await page.getByRole('region', { name: 'Invitations' }).getByLabel('E-mail').focus();
  await typeAndSend('ada@example.com');
  await expectFocus('[role=status]', 'is on its way');
  await press('Revoke ada@example.com');
  await expectSaid('The invitation was revoked.');
  await expectFocus('h2', 'Invitations');
});

test('a dialog is not answered by the key that opened it, and gives the focus back', async () => {
  await page.goto(`${site.url}/keys`);
  await button(page, 'Create a key').waitFor();
  await press('Create a key');
  await typeAndSend('Radio');
  await press('I have kept it');
  await press('Revoke Radio');
  await expectFocus('dialog h2', 'Revoke “Radio”?');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await expectFocus('button', 'Revoke');
  await page.keyboard.press('Enter');
  await expectFocus('dialog h2', 'Revoke “Radio”?');
  await page.keyboard.press('Tab');
  await expectFocus('dialog button', 'Revoke');
  await page.keyboard.press('Enter');
  await expectSaid('The key was revoked.');
});

test('a dialog that is asked for as it closes is there again', async () => {
  await press('Create a key');
  await typeAndSend('Television');
  await press('I have kept it');
  await press('Revoke Television');
  const title = page.locator('dialog h2', { hasText: 'Revoke “Television”?' });
  await title.waitFor();
  await title.evaluate((node) => {
    node.closest('dialog')?.close();
    if (document.activeElement instanceof HTMLElement) document.activeElement.click();
  });
  await expectFocus('dialog h2', 'Revoke “Television”?');
  await page.keyboard.press('Escape');
  await title.waitFor({ state: 'detached' });
});

test('what goes wrong twice is said twice', async () => {
  const visitor = await site.visit('/log-in');
  const problem = visitor.getByRole('alert').filter({ hasText: 'The e-mail or the password' });
  const attempt = { email, secret: 'not the password at all' };
  await logIn(visitor, attempt);
  await problem.evaluate((node) => node.setAttribute('data-said', 'once'));
  await logIn(visitor, attempt);
  await visitor.locator('[role=alert]:not([data-said])').waitFor();
  await visitor.context().close();
});

test('all along, no exception was left and nothing broke the content policy', () => {
  expect(site.faults).toEqual([]);
});
