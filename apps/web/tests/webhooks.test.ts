import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AccountSite, button, heading, logIn } from './account-site.ts';
import { expectAccessible } from './expect-accessible.ts';

const email = 'ada@example.com';
const url = 'https://hooks.example.com/voiceflow';

let site: AccountSite;
let page: Page;
let receiver: Server;
let receiverUrl: string;
const received: unknown[] = [];

beforeAll(async () => {
  receiver = createServer(async (request, response) => {
    received.push(JSON.parse(await text(request)));
    response.writeHead(204).end();
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const address = receiver.address();
  receiverUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/hook`;
  site = await AccountSite.open();
  await site.createAccount(email);
  // What is on this machine is for its first team alone.
  const { database, tenant } = site.roles;
  await database.db.deleteFrom('teams').where('id', '=', tenant.teamId).execute();
});

afterAll(async () => {
  await site?.close();
  receiver?.closeAllConnections();
  receiver?.close();
});

const dialog = () => page.getByRole('dialog');

describe('the page of the webhooks', () => {
  test('makes one whose secret is shown once, and says at the field where none can be', async () => {
    page = await site.visit('/webhooks');
    await logIn(page, { email });
    await heading(page, 'Webhooks').waitFor();
    await page.getByText('There is no webhook yet.').waitFor();
    await button(page, 'Create a webhook').click();
    await page.getByLabel('Address').fill('ftp://hooks.example.com');
    await button(page, 'Create webhook').click();
    await page.getByRole('alert').filter({ hasText: 'Must be a URL that starts with' }).waitFor();
    await expectAccessible(page);
    await page.getByLabel('Address').fill(url);
    await button(page, 'Create webhook').click();
    await page.getByText(/^vf_hook_[\w-]{20,}$/).waitFor();
    await expectAccessible(page);
    await button(page, 'I have kept it').click();
    await page.getByText('Nothing was sent yet.').waitFor();
  });

  test('sends a ping, which waits for its delivery', async () => {
    await button(page, `Send a ping to ${url}`).click();
    const sent = page.getByRole('list', { name: `Sent to ${url}` });
    await sent.getByText('ping', { exact: true }).waitFor();
    await sent.getByText('waits').waitFor();
    await expectAccessible(page);
  });

  test('leads one elsewhere, and has it hear of some events alone', async () => {
    await button(page, `Edit ${url}`).click();
    await page.getByLabel('Everything').uncheck();
    await page.getByLabel('Address').fill(receiverUrl);
    await button(page, 'Save').click();
    await page.getByRole('alert').filter({ hasText: 'must name at least one event' }).waitFor();
    await expectAccessible(page);
    await page.getByLabel('A key was found in public').check();
    await button(page, 'Save').click();
    await page.getByText('On · hears of api_key.leaked').waitFor();
    await button(page, `Edit ${receiverUrl}`).click();
    expect(await page.getByLabel('Address').inputValue()).toBe(receiverUrl);
    expect(await page.getByLabel('A key was found in public').isChecked()).toBe(true);
    expect(await page.getByLabel('A key ends').isChecked()).toBe(false);
    await button(page, 'Cancel').click();
  });

  test('shows what was delivered, once there is a process for it', async () => {
    const sent = page.getByRole('list', { name: `Sent to ${receiverUrl}` });
    site.roles.startJobs();
    const delivered = (event: string) =>
      sent
        .getByRole('listitem')
        .filter({ hasText: event })
        .filter({ hasText: 'delivered · answered 204' });
    await delivered('ping').waitFor();
    await page.evaluate(async () => {
      const post = (path: string, body: unknown) =>
        fetch(path, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }).then((response) => response.json());
      const { key } = await post('/v1/keys', { name: 'Left in a repository' });
      await post('/v1/keys/report-leak', { reports: [{ key }] });
    });
    await page.reload();
    await delivered('api_key.leaked').waitFor();
    expect(received).toMatchObject([{ type: 'ping' }, { type: 'api_key.leaked' }]);
    await expectAccessible(page);
  });

  test('turns one off and on, and deletes it once that is confirmed', async () => {
    await button(page, `Turn off ${receiverUrl}`).click();
    await page.getByText('Off · hears of api_key.leaked').waitFor();
    await button(page, `Turn on ${receiverUrl}`).click();
    await page.getByText('On · hears of api_key.leaked').waitFor();
    await button(page, `Delete ${receiverUrl}`).click();
    await expectAccessible(page);
    await dialog().getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByText('There is no webhook yet.').waitFor();
  });
});

describe('signed requests', () => {
  const card = () => page.getByRole('region', { name: 'Signed requests' });

  test('are asked for once there is a secret, and no longer', async () => {
    await page.getByRole('link', { name: 'API keys' }).click();
    await button(page, 'Create a signing secret').click();
    await card().getByLabel('Name of the secret').fill('Shop');
    await button(page, 'Create secret').click();
    await page.getByText(/^vf_sign_[\w-]{20,}$/).waitFor();
    await expectAccessible(page);
    await button(page, 'I have kept it').click();
    await button(page, 'Require signatures').click();
    await dialog().getByRole('button', { name: 'Require signatures', exact: true }).click();
    await card().getByText('Every request with a key of this team must be signed.').waitFor();
    await button(page, 'Revoke the signing secret Shop').click();
    await dialog().getByRole('button', { name: 'Revoke', exact: true }).click();
    await dialog().getByRole('alert').waitFor();
    await expectAccessible(page);
    await dialog().getByRole('button', { name: 'Cancel', exact: true }).click();
    await button(page, 'Ask no longer').click();
    await card().getByText('need not be signed').waitFor();
  });

  test('a secret is revoked', async () => {
    await button(page, 'Revoke the signing secret Shop').click();
    await dialog().getByRole('button', { name: 'Revoke', exact: true }).click();
    await card().getByRole('list', { name: 'Signing secrets' }).waitFor({ state: 'detached' });
  });
});

test('all along, no exception was left and nothing broke the content policy', () => {
  expect(site.faults).toEqual([]);
});
