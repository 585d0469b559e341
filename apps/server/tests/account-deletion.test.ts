import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseId } from '../src/platform/ids.ts';
import { silentLog } from '../src/platform/log.ts';
import { createSystemContext } from '../src/platform/system-context.ts';
import { eraseDueAccounts } from '../src/workflows/delete-account.ts';
import { AccountApp, cookiesOf, password, randomIp } from './account-app.ts';

let accounts: AccountApp;
/** Whose team is the server's first. */
let first: Awaited<ReturnType<typeof person>>;

beforeAll(async () => {
  accounts = await AccountApp.open();
  first = await person();
});
afterAll(() => accounts?.close());

const day = 24 * 60 * 60_000;

async function person() {
  const { email } = await accounts.createAccount();
  const { access_token: accessToken } = await accounts.logIn(email);
  const { id, team } = (await accounts.get('/v1/me', { accessToken })).json();
  return {
    email,
    accessToken,
    userId: parseId('user', id) ?? '',
    teamId: parseId('team', team.id) ?? '',
    team: String(team.id),
  };
}

type Person = Awaited<ReturnType<typeof person>>;

async function remove({ accessToken }: Pick<Person, 'accessToken'>) {
  await accounts.post('/v1/me/confirm', { accessToken, body: { password } });
  return accounts.delete('/v1/me', { accessToken });
}

const join = (guest: Person, host: Person, role: 'admin' | 'viewer') =>
  accounts.database.db
    .insertInto('team_members')
    .values({ team_id: host.teamId, user_id: guest.userId, role })
    .execute();

const context = () => ({
  ...createSystemContext({ db: accounts.database.db, log: silentLog }),
  clock: accounts.clock,
});
const erase = () => eraseDueAccounts(context());

const count = async (table: 'users' | 'teams' | 'api_keys' | 'sessions', id: string) => {
  const column = { users: 'id', teams: 'id', api_keys: 'team_id', sessions: 'user_id' }[table];
  const { rows } = await sql<{ count: number }>`
    SELECT count(*) FROM ${sql.table(table)} WHERE ${sql.ref(column)} = ${id}
  `.execute(accounts.database.db);
  return rows[0]?.count;
};

const eventsOf = async (resourceId: string) =>
  (
    await accounts.database.db
      .selectFrom('audit_log')
      .select('event_type as type')
      .where('resource_id', '=', resourceId)
      .orderBy('sequence')
      .execute()
  ).map(({ type }) => type);

describe('deleting an account', () => {
  it('asks again who it is, ends all sessions, and says by mail how to keep it', async () => {
    const ada = await person();
    const elsewhere = (await accounts.logIn(ada.email)).access_token;
    const early = await accounts.delete('/v1/me', { accessToken: ada.accessToken });
    expect(early.json()).toMatchObject({ status: 403, code: 'confirmation_required' });
    const removed = await remove(ada);
    const dueAt = new Date(accounts.clock.now().getTime() + 14 * day).toISOString();
    expect([removed.statusCode, removed.json()]).toEqual([202, { deletion_due_at: dueAt }]);
    for (const accessToken of [ada.accessToken, elsewhere]) {
      expect((await accounts.get('/v1/me', { accessToken })).statusCode).toBe(401);
    }
    const [mail] = await accounts.mailsTo(ada.email);
    expect(mail?.text).toContain(dueAt.slice(0, 10));
    expect(mail?.text).toContain('http://localhost:8080/log-in');
  });

  it('is done and told once, though it is sent many times at once, and so is taking it back', async () => {
    const ada = await person();
    const { accessToken } = ada;
    await accounts.post('/v1/me/confirm', { accessToken, body: { password } });
    const many = <T>(ask: () => Promise<T>) => Promise.all(Array.from({ length: 10 }, ask));
    const removed = await many(() => accounts.delete('/v1/me', { accessToken }));
    expect(new Set(removed.map(({ statusCode }) => statusCode))).toContain(202);
    const again = (await accounts.logIn(ada.email)).access_token;
    await many(() => accounts.post('/v1/me/restore', { accessToken: again }));
    const events = await eventsOf(ada.userId);
    for (const type of ['user.deletion_scheduled', 'user.restored']) {
      expect(events.filter((event) => event === type)).toEqual([type]);
    }
    const subjects = (await accounts.mailsTo(ada.email)).map(({ subject }) => subject);
    for (const told of [/will be deleted/, /account stays/]) {
      expect(subjects.filter((subject) => told.test(subject))).toHaveLength(1);
    }
  });

  it('makes a page forget its cookies', async () => {
    const { email } = await accounts.createAccount();
    const loggedIn = await accounts.post('/v1/auth/login', {
      body: { email, password },
      fromPage: {},
    });
    const fromPage = cookiesOf(loggedIn);
    await accounts.post('/v1/me/confirm', { body: { password }, fromPage });
    const removed = await accounts.delete('/v1/me', { fromPage });
    expect(removed.statusCode, removed.body).toBe(202);
    expect(cookiesOf(removed)).toEqual({ voiceflow_access: '', voiceflow_refresh: '' });
  });

  it('is taken back by who logs in within the time', async () => {
    const ada = await person();
    await remove(ada);
    accounts.clock.advance(14 * day - 1);
    await erase();
    const { access_token: accessToken } = await accounts.logIn(ada.email);
    const me = async () => (await accounts.get('/v1/me', { accessToken })).json().deletion_due_at;
    expect(await me()).not.toBeNull();
    const restore = () => accounts.post('/v1/me/restore', { accessToken });
    expect([(await restore()).statusCode, (await restore()).statusCode]).toEqual([204, 204]);
    expect(await me()).toBeNull();
    accounts.clock.advance(day);
    await erase();
    expect((await accounts.get('/v1/me', { accessToken })).statusCode).toBe(401);
    expect((await accounts.logIn(ada.email)).access_token).toBeDefined();
    expect(await eventsOf(ada.userId)).toContain('user.restored');
  });

  it('erases the account, with the team that nobody else belongs to, whose keys stop at once', async () => {
    const ada = await person();
    const { accessToken } = ada;
    const made = await accounts.post('/v1/keys', { accessToken, body: { name: 'Mine' } });
    await remove(ada);
    const key = await accounts.get('/v1/voices', { accessToken: made.json().key });
    expect(key.json()).toMatchObject({ status: 401, code: 'invalid_api_key' });
    accounts.clock.advance(14 * day);
    await erase();
    const left = [
      await count('users', ada.userId),
      await count('teams', ada.teamId),
      await count('api_keys', ada.teamId),
      await count('sessions', ada.userId),
    ];
    expect(left).toEqual([0, 0, 0, 0]);
    const mails = await accounts.mailsTo(ada.email);
    expect(mails.map(({ subject }) => subject)).toEqual(['Your VoiceFlow account was deleted']);
    expect(await eventsOf(ada.teamId)).toContain('team.deleted');
    const body = { email: ada.email, password };
    const gone = await accounts.post('/auth/login', { body, ip: randomIp() });
    expect(gone.json()).toMatchObject({ status: 401, code: 'invalid_credentials' });
  });

  it('revokes the keys that the person made in teams that go on', async () => {
    const [ada, bob] = [await person(), await person()];
    await join(bob, ada, 'admin');
    const made = await accounts.post('/v1/keys', {
      accessToken: bob.accessToken,
      headers: { 'x-voiceflow-team': ada.team },
      body: { name: 'Theirs' },
    });
    expect(made.statusCode, made.body).toBe(201);
    await remove(bob);
    accounts.clock.advance(14 * day);
    await erase();
    const key = await accounts.get('/v1/voices', { accessToken: made.json().key });
    expect(key.json()).toMatchObject({ status: 401, code: 'invalid_api_key' });
    expect(await count('users', ada.userId)).toBe(1);
  });

  it('waits until teams with others are handed over, and names them', async () => {
    const [ada, bob] = [await person(), await person()];
    await join(bob, ada, 'viewer');
    const refused = await remove(ada);
    expect(refused.json()).toMatchObject({ status: 409, code: 'owns_teams' });
    expect(refused.json().detail).toContain(ada.team);
    const me = await accounts.get('/v1/me', { accessToken: ada.accessToken });
    expect(me.json()).toMatchObject({ deletion_due_at: null });
    expect((await remove(bob)).statusCode).toBe(202);
  });

  it("is refused to the owner of the server's first team", async () => {
    const { access_token: accessToken } = await accounts.logIn(first.email);
    const refused = await remove({ accessToken });
    expect(refused.json()).toMatchObject({ status: 409, code: 'owns_teams' });
  });

  it('leaves a team that somebody has joined meanwhile to its first admin', async () => {
    const [ada, bob, cyd] = [await person(), await person(), await person()];
    await remove(ada);
    await join(bob, ada, 'viewer');
    await join(cyd, ada, 'admin');
    accounts.clock.advance(14 * day);
    await erase();
    const team = await accounts.database.db
      .selectFrom('teams')
      .select('owner_id as ownerId')
      .where('id', '=', ada.teamId)
      .executeTakeFirst();
    expect(team?.ownerId).toBe(cyd.userId);
    expect(await count('users', ada.userId)).toBe(0);
    const { access_token: accessToken } = await accounts.logIn(cyd.email);
    const headers = { 'x-voiceflow-team': ada.team };
    const me = await accounts.get('/v1/me', { accessToken, headers });
    expect(me.json()).toMatchObject({ team: { role: 'owner' } });
  });

  it('is done once by two who are at it, and wholly or not at all', async () => {
    const [ada, bob] = [await person(), await person()];
    await remove(ada);
    await remove(bob);
    accounts.clock.advance(14 * day);
    const { db } = accounts.database;
    await sql`
      CREATE FUNCTION fail_once() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF OLD.id = ${sql.lit(ada.userId)}::uuid THEN RAISE EXCEPTION 'a crash in the middle'; END IF;
        RETURN OLD;
      END $$`.execute(db);
    await sql`CREATE TRIGGER fail_once BEFORE DELETE ON users FOR EACH ROW EXECUTE FUNCTION fail_once()`.execute(
      db,
    );
    await expect(erase()).rejects.toThrow('1 accounts could not be erased');
    expect([await count('users', ada.userId), await count('teams', ada.teamId)]).toEqual([1, 1]);
    expect(await count('users', bob.userId)).toBe(0);
    expect(await eventsOf(ada.userId)).not.toContain('user.deleted');
    await sql`DROP TRIGGER fail_once ON users`.execute(db);
    await Promise.all([erase(), erase(), erase()]);
    expect([await count('users', ada.userId), await count('teams', ada.teamId)]).toEqual([0, 0]);
    const deleted = (await eventsOf(ada.userId)).filter((type) => type === 'user.deleted');
    expect(deleted).toHaveLength(1);
    expect(await accounts.mailsTo(ada.email)).toHaveLength(1);
  });

  it('leaves the audit log whole', async () => {
    const { rows } = await sql<{ broken: number }>`
      SELECT count(*) AS broken FROM (
        SELECT hash, sequence - lag(sequence) OVER (PARTITION BY team_id ORDER BY sequence) AS step
        FROM audit_log
      ) AS links WHERE step <> 1
    `.execute(accounts.database.db);
    expect(rows[0]?.broken).toBe(0);
  });

  it('finds every table that refers to people ready for it', async () => {
    const { rows } = await sql<{ reference: string }>`
      SELECT conrelid::regclass || ' ' || conname AS reference FROM pg_constraint
      WHERE confrelid = 'users'::regclass AND contype = 'f' AND confdeltype NOT IN ('c', 'n')
    `.execute(accounts.database.db);
    expect(rows).toEqual([{ reference: 'teams teams_owner_id_fkey' }]);
  });
});

describe('the export', () => {
  it('holds everything about the account, and nothing that opens it', async () => {
    const ada = await person();
    const { accessToken } = ada;
    const exported = await accounts.get('/v1/me/export', { accessToken });
    expect(exported.statusCode, exported.body).toBe(200);
    expect(exported.headers['content-disposition']).toContain('voiceflow-account.json');
    const account = exported.json();
    expect(account).toMatchObject({
      exported_at: accounts.clock.now().toISOString(),
      profile: { email: ada.email, name: 'Ada', has_password: true, email_verified: true },
      second_factor: null,
      passkeys: [],
      connections: [],
      sessions: [{ current: true, revoked_at: null, ip_address: '127.0.0.1' }],
      memberships: [{ team: { id: ada.team }, role: 'owner' }],
    });
    const types = account.audit_events.map((event: { event_type: string }) => event.event_type);
    // A log-in stands in the server's chain and in that of each team.
    expect([...new Set(types)]).toEqual([
      'user.exported',
      'user.logged_in',
      'team.created',
      'user.email_verified',
      'user.created',
    ]);
    const { rows } = await sql<{ secret: string }>`
      SELECT password_hash AS secret FROM users WHERE id = ${ada.userId}
    `.execute(accounts.database.db);
    expect(exported.body).not.toContain(rows[0]?.secret);
  });

  it('holds what strangers tried on the account, and nothing of other accounts', async () => {
    const [ada, bob] = [await person(), await person()];
    await accounts.post('/auth/login', {
      body: { email: ada.email, password: 'wrong' },
      ip: '192.0.2.66',
    });
    const mine = await accounts.get('/v1/me/export', { accessToken: ada.accessToken });
    expect(mine.body).toContain('192.0.2.66');
    const theirs = await accounts.get('/v1/me/export', { accessToken: bob.accessToken });
    expect(theirs.body).not.toContain('192.0.2.66');
  });

  it('can be asked for five times an hour', async () => {
    const { accessToken } = await person();
    const answers = await Promise.all(
      Array.from({ length: 7 }, () => accounts.get('/v1/me/export', { accessToken })),
    );
    expect(answers.filter((answer) => answer.statusCode === 429)).toHaveLength(2);
  });
});
