import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DnsServer } from '../../server/tests/support/dns-server.ts';
import { IdentityProvider } from '../../server/tests/support/identity-provider.ts';
import { SamlProvider } from '../../server/tests/support/saml-provider.ts';
import { AccountSite, button, heading, logIn } from './account-site.ts';
import { expectAccessible } from './expect-accessible.ts';

const email = 'ada@example.com';
const domain = 'voices.example';
const alan = { email: `alan@${domain}`, name: 'Alan Turing' };

let dns: DnsServer;
let openId: IdentityProvider;
let saml: SamlProvider;
let site: AccountSite;
/** The owner's. */
let page: Page;

beforeAll(async () => {
  [dns, openId, saml] = await Promise.all([
    DnsServer.start(),
    IdentityProvider.start('openid'),
    SamlProvider.start(),
  ]);
  site = await AccountSite.open({ DNS_SERVERS: dns.address, SSO_PRIVATE_NETWORK: 'allowed' });
  await site.createAccount(email, 'Ada Lovelace');
  await site.createAccount(alan.email, alan.name);
});

afterAll(async () => {
  await site?.close();
  await Promise.all([openId?.stop(), saml?.stop()]);
  dns?.close();
});

const card = (name: string) => page.getByRole('region', { name, exact: true });
const dialog = () => page.getByRole('dialog');

async function save(): Promise<void> {
  await button(page, 'Save').click();
  await page.getByRole('status').filter({ hasText: 'The identity provider is set' }).waitFor();
}

/** Types the address at the log-in page, and ends where the provider sends the browser. */
async function beginSingleSignOn(address: string): Promise<Page> {
  const visitor = await site.visit('/log-in?next=/team');
  await button(visitor, 'Use single sign-on').click();
  await heading(visitor, 'Single sign-on').waitFor();
  await visitor.getByLabel('E-mail').fill(address);
  await button(visitor, 'Continue').click();
  return visitor;
}

/** Leaves the pages of a visitor who is logged in by this name, in the owner's team. */
async function expectInside(visitor: Page, name: string): Promise<void> {
  await visitor.getByRole('complementary').getByText(name, { exact: true }).waitFor();
  await visitor.getByRole('region', { name: 'Members' }).getByText(`${name} (you)`).waitFor();
  await visitor.getByRole('region', { name: 'Members' }).getByText('Ada Lovelace').waitFor();
  expect(visitor.url()).toBe(`${site.url}/team`);
  await visitor.context().close();
}

describe('the page of single sign-on', () => {
  test('says to whom it belongs, where the plan has it not', async () => {
    page = await site.visit('/single-sign-on');
    await logIn(page, { email });
    await heading(page, 'Single sign-on').waitFor();
    await page.getByText('comes with the plan enterprise').waitFor();
    await expectAccessible(page);
    await site.roles.database.db.updateTable('teams').set({ plan: 'enterprise' }).execute();
    await page.reload();
    await card('Single sign-on is off')
      .getByText('An identity provider and a proven domain are missing.')
      .waitFor();
    const told = card('Tell your identity provider');
    await told.getByText(new RegExp(`^${site.url}/v1/auth/sso/team_\\w+/callback$`)).waitFor();
  });

  test('sets an OpenID provider, and says at the field what it cannot be', async () => {
    await page.getByLabel('Issuer').fill('http://127.0.0.1:1');
    await page.getByLabel('Client id').fill('voiceflow');
    await page.getByLabel('Client secret').fill('a secret');
    await button(page, 'Save').click();
    await card('Identity provider').getByRole('alert').waitFor();
    await expectAccessible(page);
    await page.getByLabel('Issuer').fill(openId.url);
    await save();
    await card('Single sign-on is off').getByText('A proven domain is missing.').waitFor();
    await page.reload();
    await button(page, 'Remove the identity provider').waitFor();
    expect(await page.getByLabel('Issuer').inputValue()).toBe(openId.url);
    expect(await page.getByLabel('Client secret').inputValue()).toBe('');
  });

  test('proves a domain by its record, and then says what people see', async () => {
    await page.getByLabel('Domain', { exact: true }).fill(domain);
    await button(page, 'Add domain').click();
    const record = await card('Domains')
      .getByText(/^voiceflow-verification=/)
      .textContent();
    await button(page, `Look for the record of ${domain}`).click();
    await card('Domains').getByRole('alert').waitFor();
    await expectAccessible(page);
    dns.setTxt(domain, record ?? '');
    await button(page, `Look for the record of ${domain}`).click();
    await card('Domains').getByText('proven just now').waitFor();
    await card('Single sign-on is on').getByText('becomes one, as a developer').waitFor();
    await expectAccessible(page);
  });
});

describe('who has an address of the domain', () => {
  test('comes in by OpenID Connect, and is a member from then on', async () => {
    openId.person = { id: 'grace', email: `grace@${domain}`, emailVerified: true, name: 'Grace' };
    await expectInside(await beginSingleSignOn(`grace@${domain}`), 'Grace');
  });

  test('is told why the provider did not let them in', async () => {
    openId.person = { id: 'eve', email: 'eve@elsewhere.example', emailVerified: true };
    const visitor = await beginSingleSignOn(`eve@${domain}`);
    await visitor
      .getByRole('alert')
      .filter({ hasText: "in none of your team's domains" })
      .waitFor();
    await visitor.context().close();
  });

  test('is not let in any more, once the team has removed them', async () => {
    await page.getByRole('link', { name: 'Team', exact: true }).click();
    await button(page, 'Remove Grace').click();
    await dialog().getByRole('button', { name: 'Remove', exact: true }).click();
    await button(page, 'Remove Grace').waitFor({ state: 'detached' });
    openId.person = { id: 'grace', email: `grace@${domain}`, emailVerified: true, name: 'Grace' };
    const visitor = await beginSingleSignOn(`grace@${domain}`);
    await visitor.getByRole('alert').filter({ hasText: 'removed' }).waitFor();
    await visitor.context().close();
    await page.getByRole('link', { name: 'Single sign-on' }).click();
    await heading(page, 'Single sign-on').waitFor();
  });

  test('goes to the provider with a password too, where the team lets nobody in another way', async () => {
    await page.getByLabel('log in no other way').check();
    await save();
    await card('Single sign-on is on').getByText('let them in no more').waitFor();
    openId.person = { id: 'alan', ...alan, emailVerified: true };
    const visitor = await site.visit('/log-in?next=/team');
    await logIn(visitor, alan);
    // Whoever has a team of their own begins there.
    await visitor
      .getByRole('complementary')
      .getByLabel('Team', { exact: true })
      .selectOption("Ada Lovelace's team");
    await expectInside(visitor, alan.name);
  });

  test('comes in by SAML, once the certificate of that provider is one', async () => {
    await page.getByRole('combobox', { name: 'Protocol' }).click();
    await page.getByRole('option', { name: 'SAML 2.0' }).click();
    await page.getByLabel('Entity id', { exact: true }).fill(saml.entityId);
    await page.getByLabel('Log-in address').fill(`${saml.url}/sso`);
    await page.getByLabel('Certificates').fill('-----BEGIN CERTIFICATE-----\nnone');
    await button(page, 'Save').click();
    await page.getByRole('alert').filter({ hasText: 'Must be an X.509' }).waitFor();
    await expectAccessible(page);
    await page.getByLabel('Certificates').fill(saml.keys.cert);
    await save();
    saml.person = { id: 'joan', email: `joan@${domain}` };
    const visitor = await beginSingleSignOn(`joan@${domain}`);
    await visitor.locator('form[method=post]').evaluate((form) => {
      if (form instanceof HTMLFormElement) form.submit();
    });
    await expectInside(visitor, 'Grace Hopper');
  });
});

describe('the page of single sign-on, once it is not wanted', () => {
  test('removes the domain and the provider', async () => {
    await button(page, `Remove ${domain}`).click();
    await expectAccessible(page);
    await dialog().getByRole('button', { name: 'Remove', exact: true }).click();
    await card('Domains').getByRole('list', { name: 'Domains' }).waitFor({ state: 'detached' });
    await button(page, 'Remove the identity provider').click();
    await dialog().getByRole('button', { name: 'Remove', exact: true }).click();
    await button(page, 'Remove the identity provider').waitFor({ state: 'detached' });
    expect(await page.getByLabel('Issuer').inputValue()).toBe('');
    const visitor = await beginSingleSignOn(`grace@${domain}`);
    await visitor.getByRole('alert').filter({ hasText: 'No team has single sign-on' }).waitFor();
    await expectAccessible(visitor);
  });
});

test('all along, no exception was left and nothing broke the content policy', () => {
  expect(site.faults).toEqual([]);
});
