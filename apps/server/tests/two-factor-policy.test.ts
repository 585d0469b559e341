import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { formatId } from '../src/platform/ids.ts';
import { AccountApp, password, randomIp } from './account-app.ts';
import { SoftwareAuthenticator } from './support/software-authenticator.ts';
import {
  as,
  confirm,
  createPerson,
  createStaffedTeam,
  enableTwoFactor,
  eventsOf,
  join,
  type Person,
} from './team-app.ts';

const origin = 'https://voice.example.com';
let server: AccountApp;

beforeAll(async () => {
  server = await AccountApp.open({ VOICEFLOW_PUBLIC_URL: origin });
});
afterAll(() => server?.close());

const ask = (by: Person, teamId: string, required: unknown = true) =>
  server.call('PUT', `/v1/teams/${teamId}/two-factor`, as(by, teamId, { required }));

const listMembers = (by: Person, teamId: string) =>
  server.get(`/v1/teams/${teamId}/members`, as(by, teamId));

/** A team whose owner has turned their second factor on and asks everybody for one. */
async function strictTeam() {
  const staff = await createStaffedTeam(server);
  await enableTwoFactor(server, staff.owner);
  await confirm(server, staff.owner);
  const asked = await ask(staff.owner, staff.teamId);
  expect(asked.statusCode, asked.body).toBe(200);
  expect(asked.json()).toMatchObject({ id: staff.teamId, two_factor_required: true });
  return staff;
}

const refusal = { status: 403, code: 'team_requires_two_factor' };
const creationSchema = z.object({ challenge: z.string(), user: z.object({ id: z.string() }) });

describe('a team that asks for a second factor', () => {
  it('lets who has none do nothing, from the next request on, until they turn it on', async () => {
    const { teamId, owner, developer } = await strictTeam();
    const me = async () => (await server.get('/v1/me', as(developer, teamId))).json().team;
    expect(await me()).toMatchObject({ id: teamId, lacks_second_factor: true });
    for (const path of [`/v1/teams/${teamId}`, `/v1/teams/${teamId}/members`, '/v1/keys']) {
      expect((await server.get(path, as(developer, teamId))).json()).toMatchObject(refusal);
    }
    const made = await server.post('/v1/keys', as(developer, teamId, { name: 'Mine' }));
    expect(made.json()).toMatchObject(refusal);
    const permissions = await server.get('/v1/me/permissions', as(developer, teamId));
    expect(permissions.json()).toMatchObject({ team_id: teamId, actions: [], may_give: [] });
    expect((await listMembers(owner, teamId)).statusCode).toBe(200);

    await enableTwoFactor(server, developer);
    expect(await me()).toMatchObject({ lacks_second_factor: false });
    expect((await listMembers(developer, teamId)).statusCode).toBe(200);

    const body = { password, code: 'recovery code' };
    const off = await server.post('/v1/me/two-factor/disable', as(developer, teamId, body));
    expect(off.json().code).toBe('invalid_code');
    expect((await listMembers(developer, teamId)).statusCode).toBe(200);
  });

  it('leaves their other teams, their account and the way out to them', async () => {
    const { teamId, viewer, developer } = await strictTeam();
    const teams: { id: string; two_factor_required: boolean }[] = (
      await server.get('/v1/teams', as(viewer, teamId))
    ).json().data;
    expect(teams).toHaveLength(2);
    for (const { id, two_factor_required: required } of teams) {
      expect(required).toBe(id === teamId);
      expect((await listMembers(viewer, id)).statusCode).toBe(required ? 403 : 200);
    }
    const left = await server.delete(
      `/v1/teams/${teamId}/members/${viewer.userId}`,
      as(viewer, teamId),
    );
    expect(left.statusCode, left.body).toBe(204);
    await confirm(server, developer);
    const own = developer.teamId;
    const key = (await server.post('/v1/keys', as(developer, own, { name: 'Own' }))).json().key;
    const gone = await server.delete('/v1/me', as(developer, teamId));
    expect(gone.statusCode, gone.body).toBe(202);
    expect((await server.get('/v1/voices', { accessToken: key })).statusCode).toBe(401);
  });

  it('takes a passkey for both factors, and what a device was approved with', async () => {
    const { teamId, developer } = await strictTeam();
    await confirm(server, developer);
    const { accessToken } = developer;
    const asked = await server.post('/v1/me/passkeys/options', { accessToken });
    const authenticator = new SoftwareAuthenticator(origin);
    const response = authenticator.create(creationSchema.parse(asked.json()));
    const added = await server.post('/v1/me/passkeys', { accessToken, body: { response } });
    expect(added.statusCode, added.body).toBe(201);
    // It can still log in by the password alone.
    expect((await listMembers(developer, teamId)).json()).toMatchObject(refusal);
    const options = (await server.post('/auth/passkey/options', { ip: randomIp() })).json();
    const opened = await server.post('/auth/passkey', {
      body: { response: authenticator.get(options) },
      ip: randomIp(),
    });
    const byPasskey = { ...developer, accessToken: opened.json().access_token };
    expect((await listMembers(byPasskey, teamId)).statusCode).toBe(200);

    for (const [approver, status] of [
      [byPasskey, 200],
      [developer, 403],
    ] as const) {
      const { device_code, user_code } = (
        await server.post('/auth/device', { body: { client_id: 'cli' }, ip: randomIp() })
      ).json();
      await server.post('/auth/device/approve', as(approver, teamId, { user_code }));
      const grant = 'urn:ietf:params:oauth:grant-type:device_code';
      const body = { grant_type: grant, device_code, client_id: 'cli' };
      const token = (await server.post('/auth/device/token', { body })).json().access_token;
      const device = { ...developer, accessToken: token };
      expect((await listMembers(device, teamId)).statusCode).toBe(status);
    }
  });

  it('leaves API keys as they are', async () => {
    const { teamId, owner, developer } = await createStaffedTeam(server);
    const made = await server.post('/v1/keys', as(developer, teamId, { name: 'Theirs' }));
    const { key } = made.json();
    await enableTwoFactor(server, owner);
    await confirm(server, owner);
    await ask(owner, teamId);
    expect((await server.get('/v1/keys', { accessToken: key })).statusCode).toBe(200);
  });
});

it('of a server is asked of everybody who logs in, in every team, and of no key', async () => {
  const strict = await AccountApp.open({
    SECOND_FACTOR: 'required',
    VOICEFLOW_PUBLIC_URL: origin,
  });
  const person = await createPerson(strict);
  const { teamId, accessToken } = person;
  const list = () => strict.get('/v1/keys', as(person, teamId));
  expect((await list()).json()).toMatchObject(refusal);
  // Also by the path, which names a team whatever the header does.
  expect((await strict.get(`/v1/teams/${teamId}`, { accessToken })).json()).toMatchObject(refusal);
  const me = (await strict.get('/v1/me', as(person, teamId))).json();
  expect(me.team).toMatchObject({ id: teamId, lacks_second_factor: true });
  await enableTwoFactor(strict, person);
  expect((await list()).statusCode).toBe(200);
  const { key } = (await strict.post('/v1/keys', as(person, teamId, { name: 'Theirs' }))).json();
  await strict.database.db.deleteFrom('totp_factors').execute();
  expect((await list()).json()).toMatchObject(refusal);
  expect((await strict.get('/v1/keys', { accessToken: key })).statusCode).toBe(200);
  await strict.close();
});

describe('asking for a second factor', () => {
  it('takes one of one’s own, and a confirmation', async () => {
    const { teamId, owner } = await createStaffedTeam(server);
    expect((await ask(owner, teamId)).json().code).toBe('confirmation_required');
    await confirm(server, owner);
    expect((await ask(owner, teamId)).json()).toMatchObject({
      status: 409,
      code: 'second_factor_first',
    });
    const team = await server.get(`/v1/teams/${teamId}`, as(owner, teamId));
    expect(team.json().two_factor_required).toBe(false);
  });

  it('can be taken back, by who has one; each change is in the audit log once', async () => {
    const { teamId, owner, admin, developer } = await strictTeam();
    await confirm(server, admin);
    expect((await ask(admin, teamId, false)).json()).toMatchObject(refusal);
    await enableTwoFactor(server, developer);
    expect((await ask(developer, teamId, false)).json().code).toBe('permission_denied');
    expect((await ask(owner, teamId)).statusCode).toBe(200);
    expect((await ask(owner, teamId, false)).json()).toMatchObject({ two_factor_required: false });
    expect((await listMembers(admin, teamId)).statusCode).toBe(200);
    const changes = (await eventsOf(server, teamId)).filter(
      ({ event_type }) => event_type === 'team.two_factor_changed',
    );
    expect(changes).toMatchObject([
      { details: { required: true } },
      { details: { required: false } },
    ]);
  });

  it.each([
    [{}, 'invalid_field'],
    [{ required: 'yes' }, 'invalid_field'],
    [{ required: true, plan: 'pro' }, 'unknown_field'],
  ])('is not done by %j', async (body, code) => {
    const owner = await createPerson(server);
    const path = `/v1/teams/${owner.teamId}/two-factor`;
    const refused = await server.call('PUT', path, as(owner, owner.teamId, body));
    expect(refused.json()).toMatchObject({ status: 400, code });
  });

  it('of the first team holds for who operates the server', async () => {
    const { db } = server.database;
    const first = await db
      .selectFrom('teams')
      .select('id')
      .orderBy('created_at')
      .orderBy('id')
      .limit(1)
      .executeTakeFirstOrThrow();
    const admin = await createPerson(server);
    const teamId = formatId('team', first.id);
    await join(server, { person: admin, teamId, role: 'admin' });
    const letters = () => server.get('/v1/operator/dead-letters', as(admin, teamId));
    expect((await letters()).statusCode).toBe(200);
    await db
      .updateTable('teams')
      .set({ two_factor_required: true })
      .where('id', '=', first.id)
      .execute();
    expect((await letters()).json()).toMatchObject({ status: 403 });
  });
});
