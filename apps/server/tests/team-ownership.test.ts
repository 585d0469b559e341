import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseId } from '../src/platform/ids.ts';
import { AccountApp } from './account-app.ts';
import { as, confirm, createPerson, createStaffedTeam, eventsOf, type Person } from './team-app.ts';

let server: AccountApp;

beforeAll(async () => {
  server = await AccountApp.open();
  // The first team of a server stays.
  await createPerson(server);
});
afterAll(() => server?.close());

const transfer = (by: Person, teamId: string, to: Person) =>
  server.post(`/v1/teams/${teamId}/transfer`, as(by, teamId, { user_id: to.userId }));

const erase = (by: Person, teamId: string, name = "Ada's team") =>
  server.call('DELETE', `/v1/teams/${teamId}`, as(by, teamId, { name }));

async function ownersOf(teamId: string): Promise<string[]> {
  const rows = await server.database.db
    .selectFrom('team_members')
    .innerJoin('teams', 'teams.id', 'team_members.team_id')
    .select(['team_members.user_id as member', 'teams.owner_id as owner'])
    .where('teams.id', '=', parseId('team', teamId) ?? '')
    .where('role', '=', 'owner')
    .execute();
  return rows.flatMap(({ member, owner }) => [member, owner]);
}

describe('a team is handed over', () => {
  it('to a member, by its owner, who has confirmed', async () => {
    const { teamId, owner, admin, viewer } = await createStaffedTeam(server);
    expect((await transfer(admin, teamId, admin)).json().code).toBe('permission_denied');
    expect((await transfer(owner, teamId, viewer)).json().code).toBe('confirmation_required');
    await confirm(server, owner);
    const stranger = await createPerson(server);
    expect((await transfer(owner, teamId, stranger)).json().code).toBe('member_not_found');
    expect((await transfer(owner, teamId, owner)).json().code).toBe('already_owner');
    const moved = await transfer(owner, teamId, viewer);
    expect(moved.json()).toMatchObject({ user_id: viewer.userId, role: 'owner' });
    const id = parseId('user', viewer.userId);
    expect(await ownersOf(teamId)).toEqual([id, id]);
    expect((await server.get(`/teams/${teamId}`, as(owner, teamId))).json().role).toBe('admin');
    expect((await eventsOf(server, teamId)).at(-1)).toMatchObject({
      event_type: 'team.transferred',
      resource_id: id,
      details: { previous_role: 'viewer' },
    });
    expect((await server.mailsTo(viewer.email))[0]?.subject).toContain('You own');
    expect((await server.mailsTo(owner.email))[0]?.subject).toContain('handed');
  });

  it('to one, however many are tried at once', async () => {
    const { teamId, owner, admin, developer, viewer } = await createStaffedTeam(server);
    await confirm(server, owner);
    const heirs = [admin, developer, viewer, admin, developer, viewer];
    const answers = await Promise.all(heirs.map((heir) => transfer(owner, teamId, heir)));
    expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1);
    const owners = await ownersOf(teamId);
    expect(owners).toHaveLength(2);
    expect(new Set(owners).size).toBe(1);
  });
});

describe('a team is deleted', () => {
  it('by its owner, who has confirmed and typed its name', async () => {
    const { teamId, owner, admin } = await createStaffedTeam(server);
    expect((await erase(admin, teamId)).json().code).toBe('permission_denied');
    expect((await erase(owner, teamId)).json().code).toBe('confirmation_required');
    await confirm(server, owner);
    expect((await erase(owner, teamId, 'ada’s team')).json()).toMatchObject({
      status: 400,
      code: 'name_differs',
      param: 'name',
    });
    expect((await erase(owner, teamId)).statusCode).toBe(204);
    const { accessToken } = owner;
    const body = { name: "Ada's team" };
    const again = await server.call('DELETE', `/v1/teams/${teamId}`, { accessToken, body });
    expect(again.json().code).toBe('team_not_found');
    expect((await server.mailsTo(admin.email))[0]?.subject).toContain('was deleted');
  });

  it('with its keys at once, and all but what was metered and recorded', async () => {
    const { teamId, owner, viewer } = await createStaffedTeam(server);
    const { key } = (await server.post('/v1/keys', as(owner, teamId, { name: 'K' }))).json();
    const works = async () =>
      (await server.get('/v1/me/permissions', { accessToken: key })).statusCode;
    expect(await works()).toBe(200);
    await server.post(`/teams/${teamId}/invite`, as(owner, teamId, { email: 'g@example.com' }));
    const { db } = server.database;
    const id = parseId('team', teamId) ?? '';
    const keyRow = await db
      .selectFrom('api_keys')
      .select('id')
      .where('team_id', '=', id)
      .executeTakeFirstOrThrow();
    await db
      .insertInto('usage_events')
      .values({ team_id: id, api_key_id: keyRow.id, event_type: 'synthesis', characters: 7 })
      .execute();
    await confirm(server, owner);
    expect((await erase(owner, teamId)).statusCode).toBe(204);
    expect(await works()).toBe(401);
    expect((await server.get('/v1/me', as(viewer, teamId))).json().code).toBe('not_a_member');
    for (const table of ['team_members', 'invitations', 'api_keys'] as const) {
      const left = await db.selectFrom(table).select('team_id').where('team_id', '=', id).execute();
      expect(left).toEqual([]);
    }
    const metered = await db
      .selectFrom('usage_events')
      .select(['characters', 'api_key_id'])
      .where('team_id', '=', id)
      .execute();
    expect(metered).toEqual([{ characters: 7, api_key_id: keyRow.id }]);
    expect((await eventsOf(server, teamId)).at(-1)).toMatchObject({ event_type: 'team.deleted' });
  });

  it('but not the first of the server', async () => {
    const { db } = server.database;
    const first = await db
      .selectFrom('teams')
      .select(['id', 'name', 'owner_id'])
      .orderBy('created_at')
      .orderBy('id')
      .executeTakeFirstOrThrow();
    const user = await db
      .selectFrom('users')
      .select('email')
      .where('id', '=', first.owner_id)
      .executeTakeFirstOrThrow();
    const { access_token: accessToken } = await server.logIn(user.email);
    await server.post('/v1/me/confirm', {
      accessToken,
      body: { password: 'correct horse battery staple' },
    });
    const { data } = (await server.get('/teams', { accessToken })).json();
    const erased = await server.call('DELETE', `/teams/${data[0].id}`, {
      accessToken,
      body: { name: first.name },
    });
    expect(erased.json()).toMatchObject({ status: 409, code: 'first_team' });
  });

  it('and no table keeps it from going', async () => {
    const { rows } = await sql<{ table: string }>`
      SELECT conrelid::regclass::text AS "table" FROM pg_constraint
      WHERE contype = 'f' AND confrelid = 'teams'::regclass AND confdeltype NOT IN ('c', 'n')
    `.execute(server.database.db);
    expect(rows).toEqual([]);
  });
});
