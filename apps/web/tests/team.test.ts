import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AccountSite, button, heading, logIn, password } from './account-site.ts';
import { expectAccessible } from './expect-accessible.ts';

const owner = { email: 'ada@example.com', name: 'Ada Lovelace' };
const guest = { email: 'grace@example.com', name: 'Grace Hopper' };
const stranger = { email: 'alan@example.com', name: 'Alan Turing' };
const team = 'Voices of Babbage';

let site: AccountSite;
let ada: Page;
let grace: Page;

beforeAll(async () => {
  site = await AccountSite.open();
  await site.createAccount(owner.email, owner.name);
  await site.createAccount(stranger.email, stranger.name);
});

afterAll(() => site?.close());

const card = (page: Page, name: string) => page.getByRole('region', { name });

const row = (page: Page, text: string) => page.getByRole('listitem').filter({ hasText: text });

async function choose(page: Page, name: string, option: string): Promise<void> {
  await page.getByRole('combobox', { name }).click();
  await page.getByRole('option', { name: option }).click();
}

async function confirmOwner(page: Page): Promise<void> {
  const question = card(page, 'Confirm that it is you');
  await question.getByLabel('Password', { exact: true }).fill(password);
  await question.getByRole('button', { name: 'Confirm', exact: true }).click();
}

describe('a team', () => {
  test('shows who belongs to it, and takes another name', async () => {
    ada = await site.visit('/team');
    await logIn(ada, owner);
    await card(ada, 'Members').getByText('Ada Lovelace (you)').waitFor();
    await card(ada, 'Invitations').getByText('No invitation is waiting.').waitFor();
    await ada.getByLabel('Name of the team').fill(team);
    await button(ada, 'Rename').click();
    await heading(ada, team).waitFor();
    await expectAccessible(ada);
  });

  test('invites by mail, once for each address', async () => {
    await choose(ada, 'As', 'Viewer');
    await ada.getByLabel('E-mail').fill(guest.email);
    await button(ada, 'Send invitation').click();
    await ada.getByRole('status').filter({ hasText: guest.email }).waitFor();
    const waiting = ada.getByRole('list', { name: 'Waiting invitations' });
    await waiting.getByText('as a viewer · by Ada Lovelace · runs out in 7 days').waitFor();
    await ada.getByLabel('E-mail').fill(guest.email);
    await button(ada, 'Send invitation').click();
    await ada.getByRole('alert').filter({ hasText: 'An invitation waits' }).waitFor();
    await expectAccessible(ada);
    const first = await site.mailedLink(guest.email);
    await button(ada, `Send again to ${guest.email}`).click();
    await ada.getByRole('status').filter({ hasText: guest.email }).waitFor();
    expect(await site.mailedLink(guest.email)).not.toBe(first);
  });

  test('is joined by who had no account, after the log-in', async () => {
    const link = await site.mailedLink(guest.email);
    grace = await site.visit('/');
    await grace.goto(link);
    await heading(grace, `Join ${team}`).waitFor();
    await grace.getByText('Ada Lovelace invites you as a viewer').waitFor();
    await expectAccessible(grace);
    await site.createAccount(guest.email, guest.name);
    await grace.getByRole('link', { name: 'Log in to accept' }).click();
    expect(grace.url()).not.toContain('token');
    await logIn(grace, guest);
    await heading(grace, `Join ${team}`).waitFor();
    await expectAccessible(grace);
    await button(grace, 'Accept').click();
    await heading(grace, team).waitFor();
    await card(grace, 'Members').getByText('Grace Hopper (you)').waitFor();
    await grace.goto(link);
    await heading(grace, 'No such invitation').waitFor();
    await expectAccessible(grace);
  });

  test('tells kindly whose an invitation is, and forgets one that was revoked', async () => {
    await ada.getByLabel('E-mail').fill('charles@example.com');
    await button(ada, 'Send invitation').click();
    await ada.getByRole('status').filter({ hasText: 'charles@example.com' }).waitFor();
    const alan = await site.visit('/log-in');
    await logIn(alan, stranger);
    await alan.getByRole('complementary').getByText(stranger.name, { exact: true }).waitFor();
    await alan.goto(await site.mailedLink('charles@example.com'));
    await alan.getByText('and you are logged in as').waitFor();
    expect(await button(alan, 'Accept').count()).toBe(0);
    await expectAccessible(alan);
    await button(ada, 'Revoke charles@example.com').click();
    await ada.getByText('No invitation is waiting.').waitFor();
    await alan.reload();
    await heading(alan, 'No such invitation').waitFor();
    await alan.context().close();
  });

  test('offers a viewer nothing that a viewer may not do', async () => {
    await grace.goto(`${site.url}/team`);
    await button(grace, 'Leave the team').waitFor();
    await grace.getByRole('link', { name: 'API keys' }).waitFor();
    for (const name of ['Invitations', 'Name', 'Delete the team', 'Hand the team over']) {
      expect(await card(grace, name).count()).toBe(0);
    }
    expect(await grace.getByRole('combobox', { name: /^Role of/ }).count()).toBe(0);
    await expectAccessible(grace);
    await grace.getByRole('link', { name: 'API keys' }).click();
    await grace.getByText('No key is in use.').waitFor();
    expect(await button(grace, 'Create a key').count()).toBe(0);
  });

  test('asks its members for a second factor, and leads them to it', async () => {
    const asking = card(ada, 'Second factor for all');
    await asking.getByRole('button', { name: 'Require a second factor' }).click();
    await confirmOwner(ada);
    await ada.getByRole('alert').filter({ hasText: 'shut yourself out' }).waitFor();
    const { db } = site.roles.database;
    await db
      .insertInto('totp_factors')
      .columns(['user_id', 'sealed_secret', 'confirmed_at'])
      .expression((from) =>
        from
          .selectFrom('users')
          .select((pick) => ['id', pick.val('sealed').as('secret'), 'created_at'])
          .where('email', '=', owner.email),
      )
      .execute();
    await button(ada, 'Cancel').click();
    await asking.getByRole('button', { name: 'Require a second factor' }).click();
    await asking.getByRole('button', { name: 'Ask no longer' }).waitFor();
    await expectAccessible(ada);

    await grace.goto(`${site.url}/team`);
    const notice = grace.getByRole('complementary', { name: 'Second factor' });
    await notice.getByText('Your team asks for a second factor').waitFor();
    await expectAccessible(grace);
    await notice.getByRole('link', { name: 'Security' }).click();
    await card(grace, 'Second factor').getByRole('button', { name: 'Turn on' }).waitFor();
  });

  test('lets who has no second factor leave', async () => {
    const { db } = site.roles.database;
    await db
      .insertInto('team_members')
      .columns(['team_id', 'user_id', 'role', 'invited_at'])
      .expression((from) =>
        from
          .selectFrom(['teams', 'users'])
          .select((pick) => [
            'teams.id as team_id',
            'users.id as user_id',
            pick.val('viewer').as('role'),
            pick.val(new Date()).as('invited_at'),
          ])
          .where('teams.name', '=', team)
          .where('email', '=', stranger.email),
      )
      .execute();
    const alan = await site.visit('/log-in?next=/team');
    await logIn(alan, stranger);
    await alan.getByRole('complementary').getByLabel('Team', { exact: true }).selectOption(team);
    const membership = card(alan, 'Your place here');
    await membership.getByText('You can also leave the team.').waitFor();
    expect(await card(alan, 'Members').count()).toBe(0);
    await expectAccessible(alan);
    await membership.getByRole('button', { name: 'Leave the team' }).click();
    await alan.getByRole('dialog').getByRole('button', { name: 'Leave', exact: true }).click();
    await card(alan, 'Members').getByText('Alan Turing (you)').waitFor();
    expect(await heading(alan, team).count()).toBe(0);
    await alan.context().close();
  });

  test('lets everybody do what they may, once it asks no longer', async () => {
    const asking = card(ada, 'Second factor for all');
    const notice = grace.getByRole('complementary', { name: 'Second factor' });
    await asking.getByRole('button', { name: 'Ask no longer' }).click();
    await asking.getByRole('button', { name: 'Require a second factor' }).waitFor();
    await grace.goto(`${site.url}/team`);
    await card(grace, 'Members').getByText('Grace Hopper (you)').waitFor();
    expect(await notice.count()).toBe(0);
    await grace.getByRole('link', { name: 'API keys' }).click();
    await site.roles.database.db.updateTable('sessions').set({ confirmed_at: null }).execute();
  });

  test('gives a member another role', async () => {
    await ada.reload();
    await choose(ada, 'Role of Grace Hopper', 'Developer');
    await ada
      .getByRole('combobox', { name: 'Role of Grace Hopper' })
      .getByText('Developer')
      .waitFor();
    await expectAccessible(ada);
    await grace.reload();
    await button(grace, 'Create a key').waitFor();
  });

  test('offers nothing more to who was given a lower role, from the first refusal on', async () => {
    await button(grace, 'Create a key').click();
    await grace.getByLabel('Name', { exact: true }).fill('Too late');
    await choose(ada, 'Role of Grace Hopper', 'Viewer');
    await ada.getByRole('combobox', { name: 'Role of Grace Hopper' }).getByText('Viewer').waitFor();
    await button(grace, 'Create key').click();
    const notice = grace.getByRole('complementary', { name: 'Your role' });
    await notice.getByRole('alert').filter({ hasText: 'You are a viewer' }).waitFor();
    await button(grace, 'Create key').waitFor({ state: 'detached' });
    expect(await button(grace, 'Create a key').count()).toBe(0);
    await expectAccessible(grace);
    await notice.getByRole('button', { name: 'Close' }).click();
    expect(await notice.count()).toBe(0);
  });

  test('is joined by one link, though its answer was lost, and left by who is removed', async () => {
    await choose(ada, 'How', 'By a link');
    let lost = false;
    await ada.route('**/invite', async (route) => {
      if (lost) return route.continue();
      lost = true;
      await route.fetch();
      return route.abort();
    });
    await button(ada, 'Make a link').click();
    await ada.getByRole('alert').filter({ hasText: 'cannot be reached' }).waitFor();
    await button(ada, 'Make a link').click();
    await ada.unroute('**/invite');
    const link = await ada.getByText(/^http.*\/invitation#token=/).textContent();
    const waiting = ada.getByRole('list', { name: 'Waiting invitations' });
    expect(await waiting.getByRole('listitem').count()).toBe(1);
    await expectAccessible(ada);
    const alan = await site.visit('/log-in');
    await logIn(alan, stranger);
    await alan.getByRole('complementary').getByText(stranger.name, { exact: true }).waitFor();
    await alan.goto(link ?? '');
    await button(alan, 'Accept').click();
    await heading(alan, team).waitFor();
    await alan.getByRole('link', { name: 'API keys' }).click();
    await button(alan, 'Create a key').click();
    await alan.getByLabel('Name', { exact: true }).fill('Astray');
    await ada.reload();
    await button(ada, 'Remove Alan Turing').click();
    await expectAccessible(ada);
    await ada.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
    await row(ada, 'Alan Turing').waitFor({ state: 'detached' });
    await button(alan, 'Create key').click();
    await alan.getByRole('alert').filter({ hasText: 'You do not belong to this team' }).waitFor();
    const notice = alan.getByRole('complementary', { name: 'Your team' });
    await notice.getByText('taken out of the team').waitFor();
    await expectAccessible(alan);
    const { db } = site.roles.database;
    const astray = db.selectFrom('api_keys').select('id').where('name', '=', 'Astray');
    expect(await astray.execute()).toEqual([]);
    await notice.getByRole('button', { name: 'Close' }).click();
    await alan.getByRole('link', { name: 'Team', exact: true }).click();
    await card(alan, 'Members').getByText('Alan Turing (you)').waitFor();
    expect(await notice.count()).toBe(0);
    expect(await heading(alan, team).count()).toBe(0);
    await alan.context().close();
  });
});

describe('several teams', () => {
  const switcher = () => grace.getByRole('complementary').getByLabel('Team', { exact: true });

  test('are gone between in the menu', async () => {
    await grace.goto(`${site.url}/team`);
    await heading(grace, team).waitFor();
    await button(grace, 'Create a team').click();
    await grace.getByLabel('Name of the new team').fill('Compilers');
    await button(grace, 'Create team').click();
    await heading(grace, 'Compilers').waitFor();
    await switcher().selectOption(team);
    await heading(grace, team).waitFor();
    await expectAccessible(grace);
    await switcher().selectOption('Compilers');
    await heading(grace, 'Compilers').waitFor();
  });

  test('one is deleted by its name alone, once it is sure who asks', async () => {
    const field = grace.getByLabel('Type “Compilers” to show that you mean this team');
    await field.fill('Compiler');
    await button(grace, 'Delete the team').click();
    await grace.getByRole('alert').filter({ hasText: 'The team is called Compilers' }).waitFor();
    await field.fill('Compilers');
    await button(grace, 'Delete the team').click();
    await card(grace, 'Confirm that it is you').waitFor();
    await expectAccessible(grace);
    await confirmOwner(grace);
    await heading(grace, 'Compilers').waitFor({ state: 'detached' });
    await card(grace, 'Members').getByText('Grace Hopper (you)').waitFor();
  });

  test('one is handed over, and left by who owned it', async () => {
    await ada.reload();
    await ada.getByRole('combobox', { name: 'New owner' }).getByText('Grace Hopper').waitFor();
    await button(ada, 'Hand over').click();
    await confirmOwner(ada);
    await row(ada, 'Ada Lovelace (you)').getByText('admin', { exact: true }).waitFor();
    await button(ada, 'Leave the team').click();
    await ada.getByRole('dialog').getByRole('button', { name: 'Leave', exact: true }).click();
    await heading(ada, team).waitFor({ state: 'detached' });
    await row(ada, 'Grace Hopper').waitFor({ state: 'detached' });
  });
});

test('all along, no exception was left and nothing broke the content policy', () => {
  expect(site.faults).toEqual([]);
});
