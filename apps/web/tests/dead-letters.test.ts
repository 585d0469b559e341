import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createId, formatId } from '../../server/src/platform/ids.ts';
import { AccountSite, button, heading, logIn } from './account-site.ts';
import { expectAccessible } from './expect-accessible.ts';

const text = 'Good morning, everyone.';

let site: AccountSite;
/** Of the operator. */
let page: Page;
let letter: string;
let outdated: string;

beforeAll(async () => {
  site = await AccountSite.open();
  outdated = await keepLetter({ words: text });
  letter = await keepLetter({
    spec: { text, voice: 'af_heart', speed: 1, locale: 'en-US', format: 'wav', sampleRate: 24_000 },
    requestId: 'req_1',
  });
});

afterAll(() => site?.close());

/** As the queue leaves one behind that it has given up. */
async function keepLetter(payload: unknown): Promise<string> {
  const { database, tenant } = site.roles;
  const id = createId();
  const failures = [1, 2, 3].map((attempt) => ({
    cause: 'error',
    reason: `Error: attempt ${attempt} broke`,
    failedAtMs: Date.now() + attempt,
  }));
  await database.db
    .insertInto('dead_letters')
    .values({
      id,
      team_id: tenant.teamId,
      tier: 'free',
      payload: JSON.stringify(payload),
      failures: JSON.stringify(failures),
      queued_at: new Date(),
      died_at: new Date(),
    })
    .execute();
  return formatId('deadLetter', id);
}

const rows = () => page.getByRole('list', { name: 'Dead letters' }).locator(':scope > li');

async function confirmDeletion(label: string): Promise<void> {
  await page.getByRole('dialog').getByRole('button', { name: label, exact: true }).click();
}

test('nobody but the operator is shown dead letters', async () => {
  await site.createAccount('ada@example.com');
  const ada = await site.visit('/');
  await ada.getByRole('complementary').getByRole('link', { name: 'Log in' }).click();
  await logIn(ada, { email: 'ada@example.com' });
  await ada.getByRole('link', { name: 'API keys' }).waitFor();
  expect(await ada.getByRole('link', { name: 'Dead letters' }).count()).toBe(0);
  await ada.goto(`${site.url}/dead-letters`);
  await ada.getByRole('alert').filter({ hasText: 'Permission denied' }).waitFor();
  await expectAccessible(ada);
});

test('the operator sees what was given up, why and of whom, without its text', async () => {
  page = await site.visitLocally('/');
  await page.getByRole('link', { name: 'Dead letters' }).click();
  await heading(page, 'Dead letters').waitFor();
  await expect.poll(() => rows().count()).toBe(2);
  const newest = rows().first();
  await newest.getByText('Error: attempt 3 broke').waitFor();
  await newest.getByText('Team · free · af_heart · 23 characters · 3 attempts').waitFor();
  expect(await page.content()).not.toContain(text);
  await expectAccessible(page);
});

test('opened, one shows its text and each attempt', async () => {
  await button(page, `Open ${letter}`).click();
  await rows().first().getByText(`"text": "${text}"`).waitFor();
  await rows().first().getByText(formatId('team', site.roles.tenant.teamId)).waitFor();
  await page.getByRole('list', { name: 'Attempts' }).getByText('attempt 1 broke').waitFor();
  await expectAccessible(page);
  await button(page, `Close ${letter}`).click();
  await page.getByText(`"text": "${text}"`).waitFor({ state: 'detached' });
});

test('replayed, the speech is made and the letter gone; one of an older form says that it cannot be', async () => {
  await button(page, `Replay ${outdated}`).click();
  await page.getByRole('alert').waitFor();
  await expectAccessible(page);
  expect(await rows().count()).toBe(2);
  site.roles.startWorker();
  await site.roles.ready();
  await button(page, `Replay ${letter}`).click();
  await page
    .getByRole('status')
    .filter({ hasText: /^Made: \d\.\d s of speech/ })
    .waitFor();
  await expect.poll(() => rows().count()).toBe(1);
  await expectAccessible(page);
});

test('one is deleted, and all the others, once that is confirmed', async () => {
  await keepLetter({});
  await keepLetter({});
  await page.reload();
  await button(page, `Delete ${outdated}`).click();
  await expectAccessible(page);
  await confirmDeletion('Delete');
  await expect.poll(() => rows().count()).toBe(2);
  await button(page, 'Delete all').click();
  await confirmDeletion('Delete all');
  await page.getByText('There is none.').waitFor();
  const { db } = site.roles.database;
  expect(await db.selectFrom('dead_letters').select('id').execute()).toEqual([]);
});

test('all along, no exception was left and nothing broke the content policy', () => {
  expect(site.faults).toEqual([]);
});
