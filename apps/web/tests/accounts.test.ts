import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AccountSite, button, heading, logIn, password } from './account-site.ts';
import { expectAccessible } from './expect-accessible.ts';

const email = 'ada@example.com';
const laterPassword = 'several random words in a row';

let site: AccountSite;

beforeAll(async () => {
  site = await AccountSite.open();
});

afterAll(() => site?.close());

const enter = (page: Page, secret = password) => logIn(page, { email, secret });

describe('somebody new', () => {
  let page: Page;

  test('finds the way to an account from the playground', async () => {
    page = await site.visit('/');
    await page.getByRole('textbox', { name: 'API key' }).waitFor();
    await expectAccessible(page);
    await page.getByRole('main').getByRole('link', { name: 'log in' }).click();
    await page.getByRole('link', { name: 'Create an account' }).click();
    await heading(page, 'Create an account').waitFor();
    expect(await page.title()).toBe('Create an account · VoiceFlow');
    await expectAccessible(page);
  });

  test('is told at the field what a password must be', async () => {
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Password', { exact: true }).fill('password1234');
    await button(page, 'Create account').click();
    const alert = page.getByRole('alert').filter({ hasText: 'Is among the passwords' });
    await alert.waitFor();
    const field = page.getByLabel('Password', { exact: true });
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    expect(await field.getAttribute('autocomplete')).toBe('new-password');
    await expectAccessible(page);
  });

  test('registers, and is logged in by the mailed link and the password, once', async () => {
    await page.getByLabel('Name').fill('Ada Lovelace');
    await page.getByLabel('Password', { exact: true }).fill(password);
    await button(page, 'Create account').click();
    await heading(page, 'Check your mail').waitFor();
    await expectAccessible(page);

    const link = await site.mailedLink(email);
    expect(link).toMatch(/\/verify-email#token=./);
    await page.goto(link);
    await heading(page, 'Confirm your address').waitFor();
    await expectAccessible(page);
    const confirm = async (secret: string) => {
      await page.getByLabel('Password', { exact: true }).fill(secret);
      await button(page, 'Confirm address').click();
    };
    await confirm('not what was chosen');
    await page.getByRole('alert').filter({ hasText: 'registered last' }).waitFor();
    await confirm(password);
    await heading(page, 'Your address is confirmed').waitFor();
    expect(page.url()).toBe(`${site.url}/verify-email`);
    await page.waitForFunction(() => document.activeElement?.id === 'page-heading');
    await expectAccessible(page);
    await page.getByRole('link', { name: 'Go to the playground' }).click();
    await page.getByRole('complementary').getByText('Ada Lovelace', { exact: true }).waitFor();
    await page.goto(link);
    await confirm(password);
    await page.getByRole('alert').filter({ hasText: 'used already' }).waitFor();
    await page.context().clearCookies();
    await page.getByRole('link', { name: 'Log in' }).click();
    await heading(page, 'Log in').waitFor();
  });

  test('logs in, and is back where they wanted to go', async () => {
    await page.goto(`${site.url}/log-in?next=${encodeURIComponent('/?format=mp3')}`);
    await expectAccessible(page);
    await enter(page, 'not the password at all');
    await page.getByRole('alert').filter({ hasText: 'The e-mail or the password' }).waitFor();
    await enter(page);
    await page.getByRole('complementary').getByText('Ada Lovelace', { exact: true }).waitFor();
    expect(page.url()).toBe(`${site.url}/?format=mp3`);
    await page.getByRole('combobox', { name: 'Voice' }).waitFor();
  });

  test.each([
    { browser: 'with locks', locks: true },
    { browser: 'without, as on a page that is not secure', locks: false },
  ])(
    'stays when the access token has run out, with a second tab beside, in a browser $browser',
    async ({ locks }) => {
      const context = page.context();
      const other = context.pages()[1] ?? (await site.openTab(context, '/'));
      await other.getByRole('complementary').getByText('Ada Lovelace', { exact: true }).waitFor();
      if (!locks) {
        await context.addInitScript(() =>
          Object.defineProperty(Navigator.prototype, 'locks', { value: undefined }),
        );
      }
      // What was here before might still ask, be refused, and refresh for itself.
      const tabs = [page, other];
      await Promise.all(tabs.map((tab) => tab.goto('about:blank')));
      const cookie = async (wanted: string) => {
        const found = (await context.cookies()).find(({ name }) => name === wanted);
        if (!found) throw new Error(`no cookie ${wanted}`);
        return found;
      };
      const access = await cookie('voiceflow_access');
      await context.addCookies([{ ...access, value: 'run.out.long-ago' }]);
      const refused = tabs.map((tab) => tab.waitForResponse((answer) => answer.status() === 401));
      const used: string[] = [];
      await context.route('**/v1/auth/refresh', async (route) => {
        used.push((await cookie('voiceflow_refresh')).value);
        await Promise.all(refused);
        await route.continue();
      });
      await Promise.all(tabs.map((tab) => tab.goto(site.url)));
      for (const tab of tabs) {
        await tab.getByRole('complementary').getByText('Ada Lovelace', { exact: true }).waitFor();
        expect(
          await tab.evaluate(() => 'locks' in navigator && navigator.locks !== undefined),
        ).toBe(locks);
      }
      // Each is good once. A tab that hears late that another one has refreshed uses the next.
      expect(used).not.toEqual([]);
      expect(new Set(used).size).toBe(used.length);
      await context.unroute('**/v1/auth/refresh');
    },
  );

  test('who logs out does so in both tabs, or is told that it did not work', async () => {
    const [, other] = page.context().pages();
    const leave = page.getByRole('complementary').getByRole('button', { name: 'Log out' });
    await page.route('**/v1/auth/logout', (route) => route.abort());
    await leave.click();
    await page.getByRole('alert').filter({ hasText: 'cannot be reached' }).waitFor();
    await expectAccessible(page);
    await page.unroute('**/v1/auth/logout');
    await leave.click();
    await heading(page, 'Log in').waitFor();
    await other?.getByRole('textbox', { name: 'API key' }).waitFor();
  });

  test('who logs in does so in both tabs, also where one of them asks for it', async () => {
    const [, other] = page.context().pages();
    await other?.goto(`${site.url}/log-in?next=/keys`);
    await enter(page);
    await page.getByRole('complementary').getByText('Ada Lovelace', { exact: true }).waitFor();
    await other?.getByRole('heading', { level: 1, name: 'API keys' }).waitFor();
    await other?.close();
    await page.context().clearCookies();
  });

  test.each(['https://evil.example/', '//evil.example', '/\\evil.example'])(
    'is not sent to %s',
    async (next) => {
      await page.goto(`${site.url}/log-in?next=${encodeURIComponent(next)}`);
      await enter(page);
      await page.getByRole('complementary').getByText('Ada Lovelace', { exact: true }).waitFor();
      expect(page.url()).toBe(`${site.url}/`);
      await page.context().clearCookies();
    },
  );
});

describe('whoever forgot the password', () => {
  test('sets a new one by mail', async () => {
    const page = await site.visit('/log-in');
    await page.getByRole('link', { name: 'Forgot your password?' }).click();
    await heading(page, 'Set a new password').waitFor();
    await expectAccessible(page);
    await page.getByLabel('E-mail').fill(email);
    await button(page, 'Mail me a link').click();
    await heading(page, 'Check your mail').waitFor();

    await page.goto(await site.mailedLink(email));
    await page.getByLabel('New password', { exact: true }).fill('too short');
    await button(page, 'Set password').click();
    await page.getByRole('alert').waitFor();
    await expectAccessible(page);
    await page.getByLabel('New password', { exact: true }).fill(laterPassword);
    await button(page, 'Set password').click();
    await heading(page, 'Your password is set').waitFor();
    await page.getByRole('link', { name: 'Log in' }).click();
    await enter(page, laterPassword);
    await page.getByRole('complementary').getByText('Ada Lovelace', { exact: true }).waitFor();
  });

  test('is told when a link is not whole', async () => {
    const page = await site.visit('/reset-password');
    await heading(page, 'This link is not whole').waitFor();
    await expectAccessible(page);
  });
});

describe('for everybody', () => {
  test('the operator at the machine needs no account, and may have one', async () => {
    const page = await site.visitLocally('/');
    await page.getByRole('complementary').getByText('At this machine').waitFor();
    await page.getByRole('link', { name: 'Security' }).click();
    await page.getByText('you are let in without an account').waitFor();
    await expectAccessible(page);
    await page.getByRole('complementary').getByRole('link', { name: 'Log in' }).click();
    await enter(page, laterPassword);
    await page.getByRole('complementary').getByText('Ada Lovelace', { exact: true }).waitFor();
  });

  test('the mailbox of the operator, and a page that is not there, can be read', async () => {
    const page = await site.visitLocally('/mailbox');
    await page.getByRole('article').first().waitFor();
    await expectAccessible(page);
    await page.goto(`${site.url}/nowhere`);
    await heading(page, 'There is no such page').waitFor();
    await expectAccessible(page);
  });

  test('on a phone the menu is a drawer, which the keyboard opens, keeps and closes', async () => {
    const page = await site.visit('/');
    await page.setViewportSize({ width: 360, height: 800 });
    await button(page, 'Menu').press('Enter');
    const drawer = page.getByRole('dialog', { name: 'Menu' });
    await drawer.getByRole('link', { name: 'Log in' }).waitFor();
    await expectAccessible(page, [360]);
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'hidden' });
    expect(await button(page, 'Menu').evaluate((node) => node === document.activeElement)).toBe(
      true,
    );
    await button(page, 'Menu').click();
    await drawer.getByRole('link', { name: 'Log in' }).click();
    await heading(page, 'Log in').waitFor();
  });

  test('focus goes to the heading of a new page, and the first Tab offers the way past the menu', async () => {
    const page = await site.visit('/');
    await heading(page, 'Playground').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('content');
    await page.getByRole('complementary').getByRole('link', { name: 'Log in' }).click();
    await heading(page, 'Log in').waitFor();
    await page.waitForFunction(() => document.activeElement?.id === 'page-heading');
  });

  test('all along, no exception was left and nothing broke the content policy', () => {
    expect(site.faults).toEqual([]);
  });
});
