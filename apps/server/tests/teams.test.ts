import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseId } from '../src/platform/ids.ts';
import { AccountApp } from './account-app.ts';
import { as, createPerson, createStaffedTeam, eventsOf, type Person } from './team-app.ts';

let server: AccountApp;

beforeAll(async () => {
  server = await AccountApp.open();
});
afterAll(() => server?.close());

/** What a response says, with its status for a message. */
async function codeOf(response: Promise<{ statusCode: number; body: string }>): Promise<string> {
  const { statusCode, body } = await response;
  const said = body === '' ? {} : JSON.parse(body);
  return `${statusCode} ${said.code ?? ''}`.trim();
}

const roleOf = (teamId: string, person: Person) => `/teams/${teamId}/members/${person.userId}/role`;
const memberOf = (teamId: string, person: Person) => `/teams/${teamId}/members/${person.userId}`;

async function rolesIn(teamId: string, reader: Person): Promise<Record<string, string>> {
  const { data } = (await server.get(`/teams/${teamId}/members`, as(reader, teamId))).json();
  return Object.fromEntries(
    data.map(({ user_id, role }: { user_id: string; role: string }) => [user_id, role]),
  );
}

async function createKey(person: Person, teamId: string, scopes = ['*']): Promise<string> {
  const made = await server.post('/v1/keys', as(person, teamId, { name: 'K', scopes }));
  expect(made.statusCode, made.body).toBe(201);
  return made.json().key;
}

const works = async (key: string) =>
  (await server.get('/v1/me/permissions', { accessToken: key })).statusCode === 200;

describe('teams', () => {
  it('are listed with the role that one has in each', async () => {
    const { teamId, owner, viewer } = await createStaffedTeam(server);
    const { data } = (await server.get('/teams', { accessToken: viewer.accessToken })).json();
    expect(data.map(({ id, role }: { id: string; role: string }) => [id, role])).toEqual(
      expect.arrayContaining([
        [viewer.teamId, 'owner'],
        [teamId, 'viewer'],
      ]),
    );
    expect((await server.get(`/teams/${teamId}`, as(owner, teamId))).json()).toEqual({
      id: teamId,
      name: "Ada's team",
      plan: 'free',
      role: 'owner',
      two_factor_required: false,
      created_at: server.clock.now().toISOString(),
    });
  });

  it('say which scopes each may give a key, and hold to it', async () => {
    const { teamId, owner, developer, viewer } = await createStaffedTeam(server);
    const givenBy = async (person: Person): Promise<string[]> => {
      const { body } = await server.get('/v1/me/permissions', as(person, teamId));
      return JSON.parse(body).may_give.map(({ scope }: { scope: string }) => scope);
    };
    expect(await givenBy(viewer)).toEqual([]);
    expect(await givenBy(developer)).toEqual(['generate', 'voices', 'usage', 'keys']);
    expect(await givenBy(owner)).toEqual(expect.arrayContaining(['audit', 'teams', 'webhooks']));
    await createKey(developer, teamId, await givenBy(developer));
    const refused = server.post(
      '/v1/keys',
      as(developer, teamId, { name: 'K', scopes: ['audit'] }),
    );
    expect(await codeOf(refused)).toBe('403 scope_exceeded');
  });

  it('come in pages', async () => {
    const person = await createPerson(server);
    for (const name of ['B', 'C']) {
      expect((await server.post('/teams', as(person, person.teamId, { name }))).statusCode).toBe(
        201,
      );
    }
    const first = (await server.get('/teams?limit=2', as(person, person.teamId))).json();
    const next = `/teams?limit=2&cursor=${first.next_cursor}`;
    const second = (await server.get(next, as(person, person.teamId))).json();
    expect([...first.data, ...second.data].map(({ name }) => name)).toEqual([
      "Ada's team",
      'B',
      'C',
    ]);
    expect(second.next_cursor).toBeNull();
  });

  it('are made by people, on the plan free, and not without end', async () => {
    const person = await createPerson(server);
    const make = () => server.post('/teams', as(person, person.teamId, { name: 'Mine' }));
    const made = (await make()).json();
    expect(made).toMatchObject({ name: 'Mine', role: 'owner', plan: 'free' });
    expect(await eventsOf(server, made.id)).toMatchObject([
      { event_type: 'team.created', actor_id: parseId('user', person.userId) },
    ]);
    const codes = await Promise.all(Array.from({ length: 25 }, () => codeOf(make())));
    expect(codes.filter((code) => code === '201')).toHaveLength(18);
    expect(new Set(codes)).toEqual(new Set(['201', '409 too_many_teams']));
  });

  it('take a new name', async () => {
    const { teamId, owner } = await createStaffedTeam(server);
    const renamed = await server.call(
      'PATCH',
      `/teams/${teamId}`,
      as(owner, teamId, { name: 'N' }),
    );
    expect(renamed.json()).toMatchObject({ name: 'N', role: 'owner' });
    expect((await eventsOf(server, teamId)).at(-1)).toMatchObject({
      event_type: 'team.renamed',
      details: { name: 'N', previous_name: "Ada's team" },
    });
  });

  it('refuse a bad name, and whatever else a body tries to set', async () => {
    const { teamId, owner } = await createStaffedTeam(server);
    const before = (await server.get(`/teams/${teamId}`, as(owner, teamId))).json();
    const strange = ['plan', 'owner_id', 'ownerId', 'role', 'team_id', 'id'];
    const bodies = [
      ...[{}, { name: '  ' }, { name: 'a\nb' }, { name: 'a'.repeat(101) }, { name: 1 }].map(
        (body) => ({ body, refusal: { code: 'invalid_field', param: 'name' } }),
      ),
      ...strange.map((field) => ({
        body: JSON.parse(`{"name": "N", "${field}": "enterprise"}`),
        refusal: { code: 'unknown_field', param: field },
      })),
    ];
    for (const { body, refusal } of bodies) {
      const made = await server.post('/teams', as(owner, teamId, body));
      const changed = await server.call('PATCH', `/teams/${teamId}`, as(owner, teamId, body));
      for (const refused of [made, changed]) {
        expect(refused.json(), JSON.stringify(body)).toMatchObject({ status: 400, ...refusal });
      }
    }
    expect((await server.get(`/teams/${teamId}`, as(owner, teamId))).json()).toEqual(before);
  });

  it('are the one of the path, whichever the header names', async () => {
    const { teamId, admin } = await createStaffedTeam(server);
    const read = await server.get(`/teams/${teamId}`, as(admin, admin.teamId));
    expect(read.json()).toMatchObject({ id: teamId, role: 'admin' });
    const elsewhere = await server.get(`/teams/${admin.teamId}`, as(admin, teamId));
    expect(elsewhere.json()).toMatchObject({ id: admin.teamId, role: 'owner' });
  });
});

describe('who belongs to no team', () => {
  it('may still see themselves, make a team and act in it', async () => {
    const { teamId, viewer } = await createStaffedTeam(server);
    const { accessToken } = viewer;
    const { db } = server.database;
    await db
      .deleteFrom('teams')
      .where('id', '=', parseId('team', viewer.teamId) ?? '')
      .execute();
    await server.call('DELETE', memberOf(teamId, viewer), { accessToken });
    const alone = { accessToken };
    expect((await server.get('/v1/me', alone)).json()).toMatchObject({
      id: viewer.userId,
      team: null,
    });
    expect((await server.get('/v1/me/permissions', alone)).json()).toEqual({
      team_id: null,
      role: null,
      scopes: null,
      actions: [],
      may_give: [],
      operator: false,
    });
    expect((await server.get('/teams', alone)).json()).toEqual({ data: [], next_cursor: null });
    expect(await codeOf(server.get('/v1/keys', alone))).toBe('403 permission_denied');
    const made = await server.post('/teams', { accessToken, body: { name: 'New' } });
    expect(made.statusCode).toBe(201);
    expect((await server.get('/v1/me', alone)).json()).toMatchObject({
      team: { id: made.json().id, role: 'owner' },
    });
  });
});

describe('roles', () => {
  it('are changed as the table says, and only below the owner', async () => {
    const { teamId, owner, admin, developer, viewer } = await createStaffedTeam(server);
    const change = (by: Person, whom: Person, role: string) =>
      codeOf(server.call('PUT', roleOf(teamId, whom), as(by, teamId, { role })));
    expect(await change(admin, viewer, 'developer')).toBe('200');
    expect(await change(developer, developer, 'admin')).toBe('403 permission_denied');
    expect(await change(viewer, viewer, 'admin')).toBe('403 permission_denied');
    expect(await change(admin, owner, 'viewer')).toBe('409 owner_required');
    expect(await change(owner, owner, 'admin')).toBe('409 owner_required');
    for (const by of [admin, owner]) {
      expect(await change(by, by, 'owner')).toBe('400 invalid_field');
      expect(await change(by, developer, 'owner')).toBe('400 invalid_field');
    }
    expect(await rolesIn(teamId, viewer)).toEqual({
      [owner.userId]: 'owner',
      [admin.userId]: 'admin',
      [developer.userId]: 'developer',
      [viewer.userId]: 'developer',
    });
  });

  it('that are lowered take along what one could come back with', async () => {
    const { teamId, owner, admin } = await createStaffedTeam(server);
    const everything = await createKey(admin, teamId);
    const speech = await createKey(admin, teamId, ['generate']);
    const child = await server.post('/v1/keys', {
      accessToken: everything,
      body: { name: 'Child' },
    });
    const link = await server.post(`/teams/${teamId}/invite`, as(admin, teamId, { role: 'admin' }));
    const byKey = await server.post(`/teams/${teamId}/invite`, {
      accessToken: everything,
      body: { role: 'admin' },
    });
    const lowered = await server.call(
      'PUT',
      roleOf(teamId, admin),
      as(owner, teamId, { role: 'developer' }),
    );
    expect(lowered.json()).toMatchObject({ user_id: admin.userId, role: 'developer' });
    expect(await works(everything)).toBe(false);
    expect(await works(child.json().key)).toBe(false);
    expect(await works(speech)).toBe(true);
    for (const invitation of [link, byKey]) {
      const token = new URL(invitation.json().url).hash.replace('#token=', '');
      const accepted = server.post('/v1/invitations/accept', as(admin, teamId, { token }));
      expect(await codeOf(accepted)).toBe('400 invalid_invitation');
    }
    expect((await eventsOf(server, teamId)).at(-1)).toMatchObject({
      event_type: 'member.role_changed',
      details: {
        role: 'developer',
        previous_role: 'admin',
        revoked_keys: 2,
        revoked_invitations: 2,
      },
    });
  });

  it('that stay the same leave no event', async () => {
    const { teamId, owner, admin } = await createStaffedTeam(server);
    const before = (await eventsOf(server, teamId)).length;
    await server.call('PUT', roleOf(teamId, admin), as(owner, teamId, { role: 'admin' }));
    expect(await eventsOf(server, teamId)).toHaveLength(before);
  });
});

describe('a member', () => {
  it('who is removed has lost the team with the next request, their keys too', async () => {
    const { teamId, owner, developer } = await createStaffedTeam(server);
    const key = await createKey(developer, teamId);
    const ofOwner = await createKey(owner, teamId);
    const elsewhere = await createKey(developer, developer.teamId);
    const remove = () =>
      codeOf(server.call('DELETE', memberOf(teamId, developer), as(owner, teamId)));
    const origin = 'https://app.example.com';
    const made = await server.post('/v1/client-tokens', as(developer, teamId, { origin }));
    const ofPage = () =>
      codeOf(server.get('/v1/voices', { accessToken: made.json().token, headers: { origin } }));
    expect([await works(key), await ofPage()]).toEqual([true, '200']);
    expect(await remove()).toBe('204');
    expect(await codeOf(server.get('/v1/me', as(developer, teamId)))).toBe('403 not_a_member');
    server.clock.advance(1_000);
    expect(await ofPage()).toBe('401 invalid_client_token');
    expect(await codeOf(server.get(`/teams/${teamId}`, as(developer, developer.teamId)))).toBe(
      '404 team_not_found',
    );
    expect([await works(key), await works(ofOwner), await works(elsewhere)]).toEqual([
      false,
      true,
      true,
    ]);
    expect(await remove()).toBe('404 member_not_found');
    expect((await eventsOf(server, teamId)).at(-1)).toMatchObject({
      event_type: 'member.removed',
      resource_id: parseId('user', developer.userId),
      details: { role: 'developer', revoked_keys: 1, revoked_invitations: 0 },
    });
    const [mail] = await server.mailsTo(developer.email);
    expect(mail?.subject).toContain('no longer belong');
  });

  it('may leave whatever the role, and the owner may not', async () => {
    const { teamId, owner, admin, viewer } = await createStaffedTeam(server);
    for (const person of [admin, viewer]) {
      const left = server.call('DELETE', memberOf(teamId, person), as(person, teamId));
      expect(await codeOf(left)).toBe('204');
    }
    const stays = server.call('DELETE', memberOf(teamId, owner), as(owner, teamId));
    expect(await codeOf(stays)).toBe('409 owner_required');
    expect((await eventsOf(server, teamId)).at(-1)).toMatchObject({ event_type: 'member.left' });
  });

  it('does not remove others without the right to', async () => {
    const { teamId, owner, admin, developer, viewer } = await createStaffedTeam(server);
    const remove = (by: Person, whom: Person) =>
      codeOf(server.call('DELETE', memberOf(teamId, whom), as(by, teamId)));
    expect(await remove(developer, viewer)).toBe('403 permission_denied');
    expect(await remove(admin, owner)).toBe('409 owner_required');
    expect(await remove(admin, viewer)).toBe('204');
  });

  it('who is being removed makes no key that outlives it', async () => {
    const { teamId, owner, developer } = await createStaffedTeam(server);
    const [, ...made] = await Promise.all([
      server.call('DELETE', memberOf(teamId, developer), as(owner, teamId)),
      ...Array.from({ length: 12 }, () =>
        server.post('/v1/keys', as(developer, teamId, { name: 'Late' })),
      ),
    ]);
    const keys = made.flatMap((response) => response.json().key ?? []);
    server.clock.advance(1_000);
    for (const key of keys) expect(await works(key)).toBe(false);
  });
});

describe('the audit log of a team', () => {
  it('has the log-ins of its members, failed ones too, and nobody else’s', async () => {
    const { teamId, admin, developer } = await createStaffedTeam(server);
    const { email } = developer;
    await server.post('/auth/login', { body: { email, password: 'not the right password' } });
    const { refresh_token } = await server.logIn(email);
    await server.post('/auth/logout', { body: { refresh_token } });
    await createPerson(server);
    const id = parseId('user', developer.userId);
    const own = (await eventsOf(server, teamId)).filter(({ resource_id }) => resource_id === id);
    expect(own).toMatchObject([
      { event_type: 'user.log_in_failed', actor_id: null, success: false },
      { event_type: 'user.logged_in', actor_id: id, success: true },
      { event_type: 'user.logged_out', actor_id: id, success: true },
    ]);
    const read = '/v1/audit-log?event_type=user.log_in_failed';
    expect((await server.get(read, as(admin, teamId))).json().data).toHaveLength(1);
    const verified = await server.get('/v1/audit-log/verify', as(admin, teamId));
    expect(verified.json().valid).toBe(true);
  });
});

describe('the database itself', () => {
  it('knows one owner, who is a member', async () => {
    const { teamId, owner, admin } = await createStaffedTeam(server);
    const { db } = server.database;
    const id = parseId('team', teamId) ?? '';
    const memberships = db.updateTable('team_members').where('team_id', '=', id);
    const second = memberships
      .set({ role: 'owner' })
      .where('user_id', '=', parseId('user', admin.userId) ?? '');
    await expect(second.execute()).rejects.toThrow('team_members_one_owner');
    const gone = db
      .deleteFrom('team_members')
      .where('team_id', '=', id)
      .where('user_id', '=', parseId('user', owner.userId) ?? '');
    await expect(gone.execute()).rejects.toThrow('teams_owner_is_member');
  });
});
