import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tamperWithAuditLog } from '../../server/tests/support/tamper-audit-log.ts';
import { AccountSite, button, heading, logIn } from './account-site.ts';
import { expectAccessible } from './expect-accessible.ts';

const email = 'ada@example.com';
const keyCount = 55;

let site: AccountSite;
let page: Page;

beforeAll(async () => {
  site = await AccountSite.open();
  await site.createAccount(email, 'Ada Lovelace');
});

afterAll(() => site?.close());

const events = () => page.getByRole('region', { name: 'Events' });
const verify = () => page.getByRole('region', { name: 'Verify' });

async function search(fields: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(fields)) {
    await page.getByLabel(name, { exact: true }).fill(text);
  }
  await button(page, 'Search').click();
}

async function download(name: string): Promise<string> {
  const [file] = await Promise.all([page.waitForEvent('download'), button(page, name).click()]);
  return readFile(await file.path(), 'utf8');
}

describe('the page of the audit log', () => {
  test('shows what was done, page by page', async () => {
    page = await site.visit('/audit-log');
    await logIn(page, { email });
    await heading(page, 'Audit log').waitFor();
    await events().getByText('Ada Lovelace').first().waitFor();
    await page.evaluate(async (count) => {
      for (let number = 1; number <= count; number++) {
        await fetch('/v1/keys', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ name: `Key ${number}` }),
        });
      }
    }, keyCount);
    await page.reload();
    await events().getByText('The newest 50 that fit.').waitFor();
    await expectAccessible(page);
    await button(page, 'Load more').click();
    await button(page, 'Load more').waitFor({ state: 'detached' });
    expect(await events().getByText('api_key.created').count()).toBe(keyCount);
  });

  test('finds by type, and opens an event for all that is known of it', async () => {
    await search({ What: 'api_key.revoked' });
    await events().getByText('Nothing fits this search.').waitFor();
    await expectAccessible(page);
    const [, id = ''] =
      (await page.evaluate(async () => (await fetch('/v1/keys?limit=1')).text())).match(
        /"id":"(key_\w+)"/,
      ) ?? [];
    await search({ What: 'api_key.*', 'Id of the thing': id });
    await events().getByText('1 fits, and no more.').waitFor();
    await events().getByText('api_key.created').click();
    await events().getByText(`api_key ${id}`).waitFor();
    await events().getByText(`"name": "Key ${keyCount}"`).waitFor();
    await expectAccessible(page);
  });

  test('finds by who did it', async () => {
    await search({ 'Id of the thing': '' });
    await page.getByRole('combobox', { name: 'Who' }).click();
    await page.getByRole('option', { name: 'The server' }).click();
    await button(page, 'Search').click();
    await events().getByText('Nothing fits this search.').waitFor();
  });

  test('says at the field what a search cannot be', async () => {
    await search({ What: 'Keys!' });
    await page.getByRole('alert').filter({ hasText: 'Must be a type such as' }).waitFor();
    await expectAccessible(page);
  });

  test('exports all that fits', async () => {
    await page.getByRole('combobox', { name: 'Who' }).click();
    await page.getByRole('option', { name: 'Ada Lovelace' }).click();
    await search({ What: 'api_key.created' });
    await events().getByText('The newest 50 that fit.').waitFor();
    expect((await download('Export as CSV')).trim().split('\n')).toHaveLength(keyCount + 1);
    const lines = (await download('Export as JSONL')).trim().split('\n');
    expect(lines).toHaveLength(keyCount);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ event_type: 'api_key.created' });
  });

  test('proves that nothing was changed, and says which event was', async () => {
    await search({ What: 'api_key.revoked' });
    await button(page, 'Verify the log').click();
    await verify().getByRole('status').filter({ hasText: 'The log is whole' }).waitFor();
    await expectAccessible(page);
    await verify().getByText('Hold it against an end noted earlier').click();
    await verify().getByLabel('Number').fill('1');
    await verify().getByLabel('Hash', { exact: true }).fill('0'.repeat(64));
    await button(page, 'Verify the log').click();
    await verify().getByRole('alert').filter({ hasText: 'written anew' }).waitFor();
    await expectAccessible(page);
    await verify().getByText('Hold it against an end noted earlier').click();

    const { db } = site.roles.database;
    await tamperWithAuditLog(db, { name: 'Key 7', details: { name: 'Mine' } });
    await button(page, 'Verify the log').click();
    await verify().getByRole('alert').filter({ hasText: 'was changed' }).waitFor();
    await verify().getByText('"name": "Mine"').waitFor();
    await expectAccessible(page);
  });
});

test('all along, no exception was left and nothing broke the content policy', () => {
  expect(site.faults).toEqual([]);
});
