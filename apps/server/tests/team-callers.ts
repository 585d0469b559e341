import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Scope } from '../src/domains/teams/index.ts';
import { type Role, roles as roleNames } from '../src/platform/context.ts';
import { formatId, parseId } from '../src/platform/ids.ts';
import { type Call, call } from './call.ts';
import type { Roles } from './roles.ts';

const password = 'correct horse battery staple';
const tokensSchema = z.object({ access_token: z.string() });
const meSchema = z.object({ id: z.string(), team: z.object({ id: z.string() }) });
const keySchema = z.object({ key: z.string() });

/** People who logged in, one of each role in one team, and keys of it with whatever scopes. */
export class TeamCallers {
  readonly teamId: string;
  readonly #roles: Roles;
  readonly #tokens: ReadonlyMap<Role, string>;
  readonly #keys = new Map<string, Promise<string>>();

  private constructor(roles: Roles, teamId: string, tokens: ReadonlyMap<Role, string>) {
    this.#roles = roles;
    this.teamId = teamId;
    this.#tokens = tokens;
  }

  static async join(roles: Roles): Promise<TeamCallers> {
    const people = await Promise.all(
      roleNames.map(async (role) => ({ role, ...(await register(roles)) })),
    );
    const owner = people.find(({ role }) => role === 'owner');
    if (!owner) throw new Error('there is no owner');
    const members = people.filter(({ role }) => role !== 'owner');
    await roles.database.db
      .insertInto('team_members')
      .values(members.map(({ userId, role }) => ({ team_id: owner.teamId, user_id: userId, role })))
      .execute();
    const tokens = new Map(people.map(({ role, token }) => [role, token]));
    return new TeamCallers(roles, owner.teamId, tokens);
  }

  /** A path with the callers' team where it says `{team}`. */
  pathOf(path: string): string {
    return path.replace('{team}', formatId('team', this.teamId));
  }

  /** What a call by this role carries. */
  asRole(role: Role): Call {
    const headers = { 'x-voiceflow-team': formatId('team', this.teamId) };
    return { key: this.#tokens.get(role) ?? '', headers };
  }

  /** What a call by a key with these scopes carries. */
  async asKey(scopes: readonly (Scope | '*')[]): Promise<Call> {
    const name = scopes.join(' ');
    const known = this.#keys.get(name);
    const key = known ?? this.#createKey(scopes);
    this.#keys.set(name, key);
    return { key: await key };
  }

  async #createKey(scopes: readonly string[]): Promise<string> {
    const json = { name: 'Limited', scopes };
    const made = await call(this.#roles, '/v1/keys', { ...this.asRole('owner'), json });
    return keySchema.parse(await made.json()).key;
  }
}

/** Somebody with an account and a team of their own, who has logged in. */
async function register(roles: Roles): Promise<{ userId: string; teamId: string; token: string }> {
  const email = `${randomUUID()}@example.com`;
  await call(roles, '/auth/register', { key: null, json: { email, password, name: 'Ada' } });
  const mail = await roles.database.db
    .selectFrom('mails')
    .select('body_text as text')
    .where('recipient', '=', email)
    .executeTakeFirstOrThrow();
  const token = /#token=(\S+)/.exec(mail.text)?.[1];
  await call(roles, '/auth/verify-email', { key: null, json: { token, password } });
  const loggedIn = await call(roles, '/auth/login', { key: null, json: { email, password } });
  const { access_token: key } = tokensSchema.parse(await loggedIn.json());
  const me = meSchema.parse(await (await call(roles, '/v1/me', { key })).json());
  const userId = parseId('user', me.id);
  const teamId = parseId('team', me.team.id);
  if (userId === undefined || teamId === undefined) throw new Error('/v1/me answers no ids');
  return { userId, teamId, token: key };
}
