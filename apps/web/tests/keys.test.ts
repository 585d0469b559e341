import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AccountSite, button, heading, logIn } from './account-site.ts';
import { expectAccessible } from './expect-accessible.ts';

const email = 'ada@example.com';

let site: AccountSite;
let page: Page;

beforeAll(async () => {
  site = await AccountSite.open();
  await site.createAccount(email);
});

afterAll(() => site?.close());

/** How the API answers whoever has this key. */
async function callWith(key: string) {
  const response = await fetch(`${site.url}/v1/me/permissions`, {
    headers: { authorization: `Bearer ${key}` },
  });
  return { status: response.status, body: await response.json() };
}

const readSecret = async () => (await page.getByText(/^vf_live_\w{20,}$/).textContent()) ?? '';
const dialog = () => page.getByRole('dialog');

describe('the page of the keys', () => {
  let first = '';
  let second = '';

  test('is empty at first, and makes a key that is shown once', async () => {
    page = await site.visit('/keys');
    await logIn(page, { email });
    await heading(page, 'API keys').waitFor();
    await page.getByText('No key is in use.').waitFor();
    await expectAccessible(page);
    await button(page, 'Create a key').click();
    await page.getByLabel('Name').fill('Web site');
    await page.getByLabel('Everything that its maker may do').uncheck();
    await page.getByLabel('See what was used').check();
    await page.getByLabel('Characters a month').fill('5000');
    await page.getByLabel('Only from these addresses').fill('127.0.0.1/8');
    await expectAccessible(page);
    await button(page, 'Create key').click();
    await page.getByRole('alert').filter({ hasText: 'write 127.0.0.0/8' }).waitFor();
    await page.getByLabel('Only from these addresses').fill('127.0.0.0/8, ::1');
    await button(page, 'Create key').click();
    await page.getByRole('status').filter({ hasText: 'it is not shown again' }).waitFor();
    await expectAccessible(page);
    first = await readSecret();
    expect(await callWith(first)).toMatchObject({ status: 200, body: { scopes: ['usage'] } });
    await button(page, 'I have kept it').click();
    expect(await page.content()).not.toContain(first);
  });

  test('shows what a key may do, its limits and its use', async () => {
    await page.reload();
    const row = page.getByRole('listitem').filter({ hasText: 'Web site' });
    await row.getByText('may: usage').waitFor();
    await row.getByText('only from 127.0.0.0/8').waitFor();
    await row.getByText('0 of 5,000 characters this month', { exact: true }).waitFor();
    await expectAccessible(page);
  });

  test('rotates: both secrets work while the time of the old one runs down', async () => {
    await button(page, 'Rotate Web site').click();
    await dialog().getByText('The present secret works').waitFor();
    await expectAccessible(page);
    await dialog().getByRole('button', { name: 'Rotate', exact: true }).click();
    second = await readSecret();
    expect(second).not.toBe(first);
    await page.getByText(/23 h 5\d min/).waitFor();
    await expectAccessible(page);
    await button(page, 'I have kept it').click();
    expect([(await callWith(first)).status, (await callWith(second)).status]).toEqual([200, 200]);
    const stop = button(page, 'Stop it now: the secret of Web site before the present one');
    await stop.click();
    await stop.waitFor({ state: 'detached' });
    expect([(await callWith(first)).status, (await callWith(second)).status]).toEqual([401, 200]);
  });

  test('changes a key', async () => {
    await button(page, 'Edit Web site').click();
    await page.getByLabel('Name').fill('Shop');
    await page.getByLabel('Characters a month').fill('');
    await page.getByLabel('Make speech').check();
    await expectAccessible(page);
    await button(page, 'Save').click();
    await page.getByText('may: usage, generate').waitFor();
    expect((await callWith(second)).body).toMatchObject({ scopes: ['usage', 'generate'] });
  });

  test('revokes a key once that is confirmed', async () => {
    await button(page, 'Revoke Shop').click();
    await expectAccessible(page);
    await dialog().getByRole('button', { name: 'Cancel' }).click();
    await dialog().waitFor({ state: 'detached' });
    const asker = button(page, 'Revoke Shop');
    expect(await asker.evaluate((node) => node === document.activeElement)).toBe(true);
    await asker.click();
    await dialog().getByRole('button', { name: 'Revoke', exact: true }).click();
    await page.getByText('Revoked and ended (1)').waitFor();
    expect((await callWith(second)).status).toBe(401);
    await page.getByText('Revoked and ended (1)').click();
    await page.getByText(/revoked just now/).waitFor();
    await expectAccessible(page);
  });
});

describe('a key that rotates by itself', () => {
  test('has its next secret ready before it ends, which is shown once', async () => {
    await button(page, 'Create a key').click();
    await page.getByLabel('Name').fill('Radio');
    await page.getByRole('combobox', { name: 'Ends after' }).click();
    await page.getByRole('option', { name: '30 days' }).click();
    await page.getByLabel('Make its next secret by itself').check();
    await button(page, 'Create key').click();
    const present = await readSecret();
    await button(page, 'I have kept it').click();

    const { db } = site.roles.database;
    const expiresAt = new Date(Date.now() + 13 * 24 * 60 * 60 * 1000);
    await db
      .updateTable('api_keys')
      .set({ expires_at: expiresAt })
      .where('name', '=', 'Radio')
      .execute();
    site.roles.startJobs();
    const prepared = db.selectFrom('api_key_secrets').select('place').where('place', '=', 'next');
    await expect.poll(() => prepared.execute(), { timeout: 60_000 }).toHaveLength(1);
    await page.reload();
    const show = button(page, 'Show it: the next secret of Radio');
    await show.waitFor();
    await expectAccessible(page);
    await show.click();
    await page.getByRole('status').filter({ hasText: 'it is not shown again' }).waitFor();
    const next = await readSecret();
    expect(next).not.toBe(present);
    await expectAccessible(page);
    await button(page, 'I have kept it').click();
    await show.waitFor({ state: 'detached' });
    expect([(await callWith(present)).status, (await callWith(next)).status]).toEqual([200, 200]);
  });
});

test('makes one key, though its answer is lost on the way', async () => {
  let lost = false;
  await page.route('**/v1/keys', async (route) => {
    if (lost || route.request().method() !== 'POST') return route.continue();
    lost = true;
    await route.fetch();
    return route.abort();
  });
  await button(page, 'Create a key').click();
  await page.getByLabel('Name').fill('Sent twice');
  await button(page, 'Create key').click();
  await page.getByRole('alert').filter({ hasText: 'cannot be reached' }).waitFor();
  await button(page, 'Create key').click();
  await page.getByRole('status').filter({ hasText: 'it is not shown again' }).waitFor();
  expect((await callWith(await readSecret())).status).toBe(200);
  await page.unroute('**/v1/keys');
  await button(page, 'I have kept it').click();
  expect(await button(page, 'Revoke Sent twice').count()).toBe(1);
  await button(page, 'Revoke Sent twice').click();
  await dialog().getByRole('button', { name: 'Revoke', exact: true }).click();
  await button(page, 'Revoke Sent twice').waitFor({ state: 'detached' });
});

test('all along, no exception was left and nothing broke the content policy', () => {
  expect(site.faults).toEqual([]);
});
