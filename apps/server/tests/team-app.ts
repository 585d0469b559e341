import { randomUUID } from 'node:crypto';
import { TOTP, URI } from 'otpauth';
import { ensureUser } from '../src/domains/identity/index.ts';
import { createTeam } from '../src/domains/teams/index.ts';
import { parseId } from '../src/platform/ids.ts';
import { type AccountApp, type AccountCall, password } from './account-app.ts';
import { createTestContext } from './support/factories.ts';

export interface Person {
  readonly email: string;
  readonly userId: string;
  readonly accessToken: string;
}

/** The stored form of the password that all share: making it anew for each takes long. */
const passwordHashes = new WeakMap<AccountApp, Promise<string | null>>();

async function hashOf(server: AccountApp): Promise<string | null> {
  const { email } = await server.createAccount();
  const user = await server.database.db
    .selectFrom('users')
    .select('password_hash')
    .where('email', '=', email)
    .executeTakeFirstOrThrow();
  return user.password_hash;
}

/** Somebody with an account, who has logged in; their own team is answered too. */
export async function createPerson(server: AccountApp): Promise<Person & { teamId: string }> {
  const hash = passwordHashes.get(server) ?? hashOf(server);
  passwordHashes.set(server, hash);
  const { db } = server.database;
  const ctx = createTestContext(db, { clock: server.clock });
  const email = `${randomUUID()}@example.com`;
  const user = await ensureUser({ ctx, input: { email, name: 'Ada' } });
  await db
    .updateTable('users')
    .set({ password_hash: await hash, email_verified_at: server.clock.now() })
    .where('id', '=', user.id)
    .execute();
  await createTeam({ ctx, input: { name: "Ada's team", ownerId: user.id } });
  const { access_token: accessToken } = await server.logIn(email);
  const me = (await server.get('/v1/me', { accessToken })).json();
  return { email, accessToken, userId: me.id, teamId: me.team.id };
}

/** A call by a person in a team. */
export function as(person: Person, teamId: string, body?: unknown): AccountCall {
  return {
    accessToken: person.accessToken,
    headers: { 'x-voiceflow-team': teamId },
    ...(body === undefined ? {} : { body }),
  };
}

/** Shows once more that it is them: for ten minutes they may do what asks for it. */
export async function confirm(server: AccountApp, { accessToken }: Person): Promise<void> {
  const confirmed = await server.post('/v1/me/confirm', { accessToken, body: { password } });
  if (confirmed.statusCode !== 204) throw new Error(confirmed.body);
}

/** Turns on somebody's second factor. */
export async function enableTwoFactor(
  server: AccountApp,
  { accessToken }: Person,
): Promise<{ readonly code: () => string }> {
  const call = async (path: string, body: object) => {
    const answer = await server.post(path, { accessToken, body });
    if (answer.statusCode !== 200) throw new Error(answer.body);
    return answer.json();
  };
  const { uri } = await call('/v1/me/two-factor', { password });
  const totp = URI.parse(uri);
  if (!(totp instanceof TOTP)) throw new Error('not time-based');
  const code = () => totp.generate({ timestamp: server.clock.now().getTime() });
  await call('/v1/me/two-factor/confirm', { code: code() });
  return { code };
}

/** Makes somebody a member without an invitation. */
export async function join(
  server: AccountApp,
  membership: { person: Person; teamId: string; role: 'admin' | 'developer' | 'viewer' },
): Promise<void> {
  const { person, teamId, role } = membership;
  await server.database.db
    .insertInto('team_members')
    .values({
      team_id: parseId('team', teamId) ?? '',
      user_id: parseId('user', person.userId) ?? '',
      role,
      invited_at: server.clock.now(),
    })
    .execute();
}

/** A team with its owner and one member of each other role. */
export async function createStaffedTeam(server: AccountApp) {
  const owner = await createPerson(server);
  const admin = await createPerson(server);
  const developer = await createPerson(server);
  const viewer = await createPerson(server);
  const { teamId } = owner;
  await join(server, { person: admin, teamId, role: 'admin' });
  await join(server, { person: developer, teamId, role: 'developer' });
  await join(server, { person: viewer, teamId, role: 'viewer' });
  return { teamId, owner, admin, developer, viewer };
}

/** The events of a team's audit log, oldest first. */
export async function eventsOf(server: AccountApp, teamId: string) {
  return server.database.db
    .selectFrom('audit_log')
    .select(['event_type', 'actor_id', 'resource_id', 'details', 'success'])
    .where('team_id', '=', parseId('team', teamId) ?? '')
    .orderBy('sequence')
    .execute();
}
