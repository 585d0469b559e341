import type { Browser, BrowserContext, Page } from 'playwright-core';
import { findFreePort } from '../../server/src/platform/free-port.ts';
import { Roles } from '../../server/tests/roles.ts';
import { forgetSessions } from '../../server/tests/support/forget-sessions.ts';
import { launchBrowser } from './launch-browser.ts';

export const password = 'correct horse battery staple';

/** The API with the web app, without a worker behind it, and a browser that looks at it. */
export class AccountSite {
  readonly roles: Roles;
  readonly browser: Browser;
  /** Exceptions of pages and breaches of the content policy. */
  readonly faults: string[] = [];
  /** Without a slash at the end; the very address that mails link to. */
  readonly url: string;

  private constructor(roles: Roles, browser: Browser, url: string) {
    this.roles = roles;
    this.browser = browser;
    this.url = url;
  }

  static async open(settings: Record<string, string> = {}): Promise<AccountSite> {
    const port = String(await findFreePort());
    const url = `http://localhost:${port}`;
    const [roles, browser] = await Promise.all([
      Roles.prepare({ PORT: port, VOICEFLOW_PUBLIC_URL: url, ...settings }),
      launchBrowser(),
    ]);
    await roles.startApi();
    return new AccountSite(roles, browser, url);
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.roles.stop();
  }

  /** Somebody who has registered and confirmed the address, and is logged in nowhere. */
  async createAccount(email: string, name = 'Grace Hopper'): Promise<void> {
    await this.post('/v1/auth/register', { email, password, name });
    const token = new URL(await this.mailedLink(email)).hash.slice('#token='.length);
    await this.post('/v1/auth/verify-email', { token, password });
    await forgetSessions(this.roles.database.db, email);
  }

  private async post(path: string, body: unknown): Promise<void> {
    const response = await fetch(this.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(await response.text());
  }

  /** A page with cookies of its own, of somebody who comes from elsewhere. */
  async visit(path: string): Promise<Page> {
    const context = await this.browser.newContext({
      viewport: { width: 1280, height: 900 },
      // As a proxy in between would; without it this machine's own browser needs no log-in.
      extraHTTPHeaders: { via: '1.1 proxy' },
    });
    return this.openTab(context, path);
  }

  /** The operator's own browser. */
  async visitLocally(path: string): Promise<Page> {
    return this.openTab(await this.browser.newContext(), path);
  }

  async openTab(context: BrowserContext, path: string): Promise<Page> {
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    page.on('pageerror', (error) => this.faults.push(String(error)));
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) this.faults.push(message.text());
    });
    await page.goto(this.url + path);
    return page;
  }

  /** The link in the newest mail to this address, as the mailbox shows it. */
  async mailedLink(to: string): Promise<string> {
    const page = await this.visitLocally('/mailbox');
    const mail = page.getByRole('article').filter({ hasText: to }).first();
    const link = await mail.getByRole('link').getAttribute('href');
    await page.context().close();
    return link ?? '';
  }
}

export const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name });

export const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

/** Fills in the log-in page. */
export async function logIn(
  page: Page,
  { email, secret = password }: { email: string; secret?: string },
): Promise<void> {
  await heading(page, 'Log in').waitFor();
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(secret);
  await button(page, 'Log in').click();
}

/** A device that keeps passkeys, and whose owner is there whenever it asks. */
export async function plugInAuthenticator(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}
