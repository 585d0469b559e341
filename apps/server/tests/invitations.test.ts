import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseId } from '../src/platform/ids.ts';
import { AccountApp, password } from './account-app.ts';
import { as, createPerson, createStaffedTeam, eventsOf, type Person } from './team-app.ts';

const day = 24 * 60 * 60_000;
let server: AccountApp;

beforeAll(async () => {
  server = await AccountApp.open({ VOICEFLOW_PUBLIC_URL: 'https://voice.example.com' });
});
afterAll(() => server?.close());

const freshEmail = () => `${randomUUID()}@example.com`;

const invite = (by: Person, teamId: string, body: unknown) =>
  server.post(`/teams/${teamId}/invite`, as(by, teamId, body));

/** The token of an invitation that goes by link. */
async function linkToken(by: Person, teamId: string, role = 'viewer'): Promise<string> {
  const invited = await invite(by, teamId, { role });
  expect(invited.statusCode, invited.body).toBe(201);
  return new URL(invited.json().url).hash.replace('#token=', '');
}

/** The token of an invitation that goes by mail. */
async function mailedToken(by: Person, teamId: string, email: string): Promise<string> {
  const invited = await invite(by, teamId, { email, role: 'developer' });
  expect(invited.statusCode, invited.body).toBe(201);
  const [mail] = await server.mailsTo(email.toLowerCase());
  return mail?.token ?? '';
}

const preview = (token: string) =>
  server.get('/v1/invitations/preview', { headers: { 'x-voiceflow-invitation': token } });

const accept = (person: Pick<Person, 'accessToken'>, token: string) =>
  server.post('/v1/invitations/accept', { accessToken: person.accessToken, body: { token } });

async function membersOf(teamId: string): Promise<number> {
  const { count } = await server.database.db
    .selectFrom('team_members')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('team_id', '=', parseId('team', teamId) ?? '')
    .executeTakeFirstOrThrow();
  return count;
}

describe('an invitation by mail', () => {
  it('leads who has that address into the team, and nobody else', async () => {
    const { teamId, admin } = await createStaffedTeam(server);
    const [guest, thief] = [await createPerson(server), await createPerson(server)];
    const token = await mailedToken(admin, teamId, guest.email.toUpperCase());
    expect(token).toHaveLength(43);
    expect((await preview(token)).json()).toEqual({
      team: { name: "Ada's team" },
      role: 'developer',
      invited_by: { name: 'Ada' },
      email: guest.email,
      expires_at: new Date(server.clock.now().getTime() + 7 * day).toISOString(),
    });
    expect((await accept(thief, token)).json()).toMatchObject({
      status: 403,
      code: 'invitation_for_another',
    });
    const accepted = await accept(guest, token);
    expect(accepted.json()).toMatchObject({ id: teamId, role: 'developer' });
    expect((await preview(token)).json()).toMatchObject({ code: 'invalid_invitation' });
    expect((await eventsOf(server, teamId)).slice(-2)).toMatchObject([
      { event_type: 'invitation.created', details: { role: 'developer', by: 'mail' } },
      { event_type: 'member.joined', actor_id: parseId('user', guest.userId) },
    ]);
  });

  it('waits for who registers first, and proves no address by itself', async () => {
    const { teamId, admin } = await createStaffedTeam(server);
    const email = freshEmail();
    const token = await mailedToken(admin, teamId, email);
    await server.post('/auth/register', { body: { email, password, name: 'Grace' } });
    const early = await server.post('/auth/login', { body: { email, password } });
    expect(early.json()).toMatchObject({ code: 'email_not_verified' });
    const [mail] = await server.mailsTo(email);
    await server.post('/auth/verify-email', { body: { token: mail?.token, password } });
    const { access_token: accessToken } = await server.logIn(email);
    expect((await accept({ accessToken }, token)).statusCode).toBe(200);
  });

  it('does not take one address for another that only looks like it', async () => {
    const { teamId, admin } = await createStaffedTeam(server);
    const email = freshEmail();
    const token = await mailedToken(admin, teamId, email);
    const lookalikes = [email.replace('@', '+team@'), email.replace('example', 'examp1e')];
    for (const other of lookalikes) {
      const { email: account } = await server.createAccount(other);
      const { access_token: accessToken } = await server.logIn(account);
      expect((await accept({ accessToken }, token)).json().code).toBe('invitation_for_another');
    }
    const cyrillic = await invite(admin, teamId, { email: 'аda@example.com' });
    expect(cyrillic.json()).toMatchObject({ status: 400, code: 'invalid_email' });
  });

  it('goes to each address once, and not to members', async () => {
    const { teamId, admin, viewer } = await createStaffedTeam(server);
    const email = freshEmail();
    await mailedToken(admin, teamId, email);
    const again = await invite(admin, teamId, { email: email.toUpperCase() });
    expect(again.json()).toMatchObject({ status: 409, code: 'already_invited' });
    const member = await invite(admin, teamId, { email: viewer.email });
    expect(member.json()).toMatchObject({ status: 409, code: 'already_member' });
    server.clock.advance(8 * day);
    const { access_token: accessToken } = await server.logIn(admin.email);
    const later = await invite({ ...admin, accessToken }, teamId, { email });
    expect(later.statusCode).toBe(201);
  });

  it('is sent again under another link, which alone counts', async () => {
    const { teamId, admin } = await createStaffedTeam(server);
    const email = freshEmail();
    const invited = await invite(admin, teamId, { email });
    const { id, url } = invited.json();
    expect(url).toBeNull();
    const [first] = await server.mailsTo(email);
    const path = `/v1/teams/${teamId}/invitations/${id}/resend`;
    expect((await server.post(path, as(admin, teamId))).json()).toMatchObject({ id, url: null });
    const [second] = await server.mailsTo(email);
    expect((await preview(first?.token ?? '')).statusCode).toBe(400);
    expect((await preview(second?.token ?? '')).statusCode).toBe(200);
  });

  it('floods nobody', async () => {
    const email = freshEmail();
    const codes: string[] = [];
    for (let i = 0; i < 7; i += 1) {
      const owner = await createPerson(server);
      const invited = await invite(owner, owner.teamId, { email });
      codes.push(invited.json().code ?? 'sent');
    }
    expect(codes.filter((code) => code === 'sent')).toHaveLength(5);
    expect(codes.at(-1)).toBe('too_many_attempts');
  });

  it('says in its mail only what is meant, whatever the names are', async () => {
    const owner = await createPerson(server);
    const { db } = server.database;
    // As only another store could have brought them in.
    const evil = `x\r\nBcc: victim@example.com\r\n\r\n<script>alert(1)</script>${'y'.repeat(200)}`;
    const id = parseId('team', owner.teamId) ?? '';
    await db.updateTable('teams').set({ name: evil }).where('id', '=', id).execute();
    const email = freshEmail();
    expect((await invite(owner, owner.teamId, { email })).statusCode).toBe(201);
    const mail = await db
      .selectFrom('mails')
      .selectAll()
      .where('recipient', '=', email)
      .executeTakeFirstOrThrow();
    expect(mail.subject).not.toMatch(/[\r\n]/);
    expect(mail.subject.length).toBeLessThanOrEqual(255);
    expect(mail.body_html).not.toContain('<script>');
    const named = await server.post('/teams', as(owner, owner.teamId, { name: 'a\r\nBcc: b' }));
    expect(named.statusCode).toBe(400);
  });
});

describe('an invitation by link', () => {
  it('is shown once and kept as a hash', async () => {
    const { teamId, admin } = await createStaffedTeam(server);
    const token = await linkToken(admin, teamId);
    const listed = await server.get(`/teams/${teamId}/invitations`, as(admin, teamId));
    expect(listed.json()).toMatchObject({
      data: [{ email: null, role: 'viewer', invited_by: { user_id: admin.userId, name: 'Ada' } }],
      next_cursor: null,
    });
    expect(listed.body).not.toContain(token);
    const rows = await server.database.db.selectFrom('invitations').selectAll().execute();
    expect(JSON.stringify([rows, await eventsOf(server, teamId)])).not.toContain(token);
  });

  it('lets one of twenty in who try at once, and counts a repetition once', async () => {
    const { teamId, admin } = await createStaffedTeam(server);
    const guests: Person[] = [];
    while (guests.length < 4) guests.push(await createPerson(server));
    const token = await linkToken(admin, teamId);
    const before = await membersOf(teamId);
    const answers = await Promise.all(
      Array.from({ length: 20 }, async (_, i) => {
        const guest = guests[i % guests.length] ?? admin;
        return { guest, response: await accept(guest, token) };
      }),
    );
    expect(await membersOf(teamId)).toBe(before + 1);
    const inside = answers.filter(({ response }) => response.statusCode === 200);
    expect(new Set(inside.map(({ guest }) => guest.userId)).size).toBe(1);
    expect(inside).toHaveLength(5);
    for (const { response } of answers) {
      if (response.statusCode === 200) continue;
      expect(response.json()).toMatchObject({ status: 400, code: 'invalid_invitation' });
    }
    const joined = (await eventsOf(server, teamId)).filter(
      ({ event_type: type }) => type === 'member.joined',
    );
    expect(joined).toHaveLength(1);
  });

  it('works no more once it is revoked, or seven days old', async () => {
    const { teamId, admin } = await createStaffedTeam(server);
    const guest = await createPerson(server);
    const invited = await invite(admin, teamId, { role: 'viewer' });
    const token = new URL(invited.json().url).hash.replace('#token=', '');
    const path = `/teams/${teamId}/invitations/${invited.json().id}`;
    expect((await server.delete(path, as(admin, teamId))).statusCode).toBe(204);
    expect((await accept(guest, token)).json().code).toBe('invalid_invitation');
    expect((await server.delete(path, as(admin, teamId))).json().code).toBe('invitation_not_found');
    const old = await linkToken(admin, teamId);
    server.clock.advance(7 * day);
    const { access_token: accessToken } = await server.logIn(guest.email);
    expect((await preview(old)).json().code).toBe('invalid_invitation');
    expect((await accept({ accessToken }, old)).json().code).toBe('invalid_invitation');
  });

  it('from before lets nobody back in whom the team has removed', async () => {
    const { owner, teamId } = await createStaffedTeam(server);
    const guest = await createPerson(server);
    const makeLink = async () => {
      const made = await server.post(
        `/v1/teams/${teamId}/invite`,
        as(owner, teamId, { role: 'viewer' }),
      );
      return new URL(made.json().url).hash.slice('#token='.length);
    };
    const accept = (token: string) =>
      server.post('/v1/invitations/accept', { accessToken: guest.accessToken, body: { token } });
    const [first, kept] = [await makeLink(), await makeLink()];
    expect((await accept(first)).statusCode).toBe(200);
    const member = `/v1/teams/${teamId}/members/${guest.userId}`;
    expect((await server.delete(member, as(owner, teamId))).statusCode).toBe(204);
    expect((await accept(kept)).json()).toMatchObject({ status: 403, code: 'removed_from_team' });
    server.clock.advance(1);
    expect((await accept(await makeLink())).statusCode).toBe(200);
    expect((await server.delete(member, as(owner, teamId))).statusCode).toBe(204);
    expect((await accept(kept)).json()).toMatchObject({ code: 'removed_from_team' });
  });

  it('is not used up by who belongs to the team', async () => {
    const { teamId, admin, viewer } = await createStaffedTeam(server);
    const token = await linkToken(admin, teamId, 'admin');
    expect((await accept(viewer, token)).json()).toMatchObject({
      status: 409,
      code: 'already_member',
    });
    expect((await accept(await createPerson(server), token)).statusCode).toBe(200);
  });

  it('goes with who made it', async () => {
    const { teamId, owner, admin } = await createStaffedTeam(server);
    const token = await linkToken(admin, teamId, 'admin');
    const member = `/teams/${teamId}/members/${admin.userId}`;
    expect((await server.delete(member, as(owner, teamId))).statusCode).toBe(204);
    expect((await accept(admin, token)).json().code).toBe('invalid_invitation');
  });

  it('never makes an owner, and waits with no more than ninety-nine others', async () => {
    const owner = await createPerson(server);
    const refused = await invite(owner, owner.teamId, { role: 'owner' });
    expect(refused.json()).toMatchObject({ status: 400, param: 'role' });
    const strange = await invite(owner, owner.teamId, { role: 'viewer', team_id: owner.teamId });
    expect(strange.json()).toMatchObject({ code: 'unknown_field', param: 'team_id' });
    const codes = await Promise.all(
      Array.from({ length: 103 }, async () => (await invite(owner, owner.teamId, {})).statusCode),
    );
    expect(codes.filter((code) => code === 201)).toHaveLength(100);
    expect(codes.filter((code) => code === 409)).toHaveLength(3);
  });
});

it('a token that nobody was given leads nowhere', async () => {
  const guest = await createPerson(server);
  for (const token of ['x', 'a'.repeat(43), "' OR 1=1 --", '../..']) {
    expect((await preview(token)).json()).toMatchObject({
      status: 400,
      code: 'invalid_invitation',
    });
    expect((await accept(guest, token)).json()).toMatchObject({ code: 'invalid_invitation' });
  }
  expect((await server.get('/v1/invitations/preview')).statusCode).toBe(400);
});
