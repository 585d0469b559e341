import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AccountApp, password, randomIp } from '../../tests/account-app.ts';
import { createTestContext } from '../../tests/support/factories.ts';
import type { Context } from '../platform/context.ts';
import { bootstrap } from './bootstrap.ts';
import { makeFirstOwner } from './first-owner.ts';

let server: AccountApp;
let ctx: Context;
let email: string;

beforeAll(async () => {
  server = await AccountApp.open();
  ctx = createTestContext(server.database.db, { clock: server.clock });
});
afterAll(() => server?.close());
beforeEach(() => {
  email = `${randomUUID()}@example.com`;
});
afterEach(async () => {
  await server.database.db.deleteFrom('teams').execute();
  await server.database.db.deleteFrom('users').execute();
});

const make = (address = email) =>
  makeFirstOwner({ ctx, input: { email: address, name: 'Ada Lovelace' } });

const setPassword = (token: string | null) =>
  server.post('/auth/reset-password', { body: { token, password } });

describe('the first owner of a server', () => {
  it('sets a password by a link, once, and operates the server with the keys that are there', async () => {
    const { newKey, hasOwner } = await bootstrap({ ctx, input: { keyFile: null } });
    expect(hasOwner).toBe(false);
    const { passwordToken } = await make();
    expect((await setPassword(passwordToken)).statusCode).toBe(204);
    expect((await setPassword(passwordToken)).json().code).toBe('invalid_token');
    const { access_token: accessToken } = await server.logIn(email);
    const me = (await server.get('/v1/me', { accessToken })).json();
    expect(me).toMatchObject({ email, name: 'Ada Lovelace', team: { role: 'owner' } });
    const permissions = await server.get('/v1/me/permissions', { accessToken });
    expect(permissions.json()).toMatchObject({ operator: true });
    const members = await server.get(`/v1/teams/${me.team.id}/members`, { accessToken });
    expect(members.json().data).toMatchObject([{ email, role: 'owner' }]);
    const keys = await server.get('/v1/keys', { accessToken });
    expect(keys.json().data).toMatchObject([{ name: 'First key' }]);
    expect((await server.get('/v1/keys', { accessToken: newKey ?? '' })).statusCode).toBe(200);
    const later = await bootstrap({ ctx, input: { keyFile: null } });
    expect(later).toEqual({ newKey: null, keyFileWorks: false, hasOwner: true });
  });

  it('needs no start before, and comes into being once, however often it is asked for at once', async () => {
    const made = await Promise.all([make(), make(), make()]);
    const answers = await Promise.all(made.map(({ passwordToken }) => setPassword(passwordToken)));
    expect(answers.filter(({ statusCode }) => statusCode === 204)).toHaveLength(1);
    const { db } = server.database;
    expect(await db.selectFrom('teams').select('plan').execute()).toEqual([{ plan: 'enterprise' }]);
    expect(await db.selectFrom('team_members').select('role').execute()).toEqual([
      { role: 'owner' },
    ]);
  });

  it('gets another link until there is a password; the one before and a late one open nothing', async () => {
    const first = await make();
    const second = await make();
    expect((await setPassword(first.passwordToken)).json().code).toBe('invalid_token');
    server.clock.advance(60 * 60_000);
    expect((await setPassword(second.passwordToken)).json().code).toBe('invalid_token');
    expect((await setPassword((await make()).passwordToken)).statusCode).toBe(204);
    expect(await make()).toEqual({ email, passwordToken: null });
  });

  it('is nobody else once there is one, and no account is made then', async () => {
    await make();
    await expect(make('eve@example.com')).rejects.toMatchObject({
      code: 'already_owned',
      message: expect.stringContaining(email),
    });
    const { db } = server.database;
    const eve = db.selectFrom('users').select('id').where('email', '=', 'eve@example.com');
    expect(await eve.execute()).toEqual([]);
  });

  it('can have an account already, and keeps its password', async () => {
    await bootstrap({ ctx, input: { keyFile: null } });
    await server.createAccount(email);
    expect(await make()).toEqual({ email, passwordToken: null });
    const { access_token: accessToken } = await server.logIn(email);
    const teams = (await server.get('/v1/teams', { accessToken })).json().data;
    expect(teams.map(({ name, role }: { name: string; role: string }) => [name, role])).toEqual([
      ['First team', 'owner'],
      ["Ada's team", 'owner'],
    ]);
  });

  it('owes nothing to who registered the address before without proving it', async () => {
    await server.post('/auth/register', { body: { email, password, name: 'Eve' }, ip: randomIp() });
    const [mail] = await server.mailsTo(email);
    const { passwordToken } = await make();
    expect(passwordToken).not.toBeNull();
    const attempt = await server.post('/auth/login', { body: { email, password }, ip: randomIp() });
    expect(attempt.json().code).toBe('invalid_credentials');
    const link = await server.post('/auth/verify-email', {
      body: { token: mail?.token, password },
    });
    expect(link.json().code).toBe('invalid_token');
  });

  it.each(['ada', 'аda@example.com', ''])('is not %j', async (address) => {
    await expect(make(address)).rejects.toMatchObject({ code: 'invalid_email' });
  });
});
