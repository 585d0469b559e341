import { randomUUID } from 'node:crypto';
import type { LightMyRequestResponse } from 'fastify';
import { parseId } from '../src/platform/ids.ts';
import { type AccountApp, cookiesOf, randomIp } from './account-app.ts';
import type { DnsServer } from './support/dns-server.ts';

/** A team on the plan enterprise with a domain of its own, whose owner's address is elsewhere. */
export class SsoTeam {
  readonly id: string;
  readonly domain: string;
  readonly ownerEmail: string;
  /** The owner's. */
  readonly accessToken: string;
  readonly #app: AccountApp;
  readonly #dns: DnsServer;

  private constructor(
    app: AccountApp,
    dns: DnsServer,
    team: { id: string; ownerEmail: string; accessToken: string },
  ) {
    this.#app = app;
    this.#dns = dns;
    this.id = team.id;
    this.ownerEmail = team.ownerEmail;
    this.accessToken = team.accessToken;
    this.domain = `${randomUUID()}.example`;
  }

  static async create(app: AccountApp, dns: DnsServer): Promise<SsoTeam> {
    const { email: ownerEmail } = await app.createAccount();
    const { access_token: accessToken } = await app.logIn(ownerEmail);
    const id: string = (await app.get('/v1/me', { accessToken })).json().team.id;
    const team = new SsoTeam(app, dns, { id, ownerEmail, accessToken });
    await team.setPlan('enterprise');
    return team;
  }

  get path(): string {
    return `/v1/teams/${this.id}/sso`;
  }

  get uuid(): string {
    return parseId('team', this.id) ?? '';
  }

  async setPlan(plan: 'free' | 'enterprise'): Promise<void> {
    const { db } = this.#app.database;
    await db.updateTable('teams').set({ plan }).where('id', '=', this.uuid).execute();
  }

  configure(body: object, accessToken: string = this.accessToken): Promise<LightMyRequestResponse> {
    return this.#app.call('PUT', this.path, { body, accessToken });
  }

  /** Adds the domain, publishes its record and has it looked for. */
  async proveDomain(domain: string = this.domain): Promise<LightMyRequestResponse> {
    const { accessToken } = this;
    const body = { domain };
    const added = await this.#app.post(`${this.path}/domains`, { body, accessToken });
    this.#dns.setTxt(domain, 'v=spf1 -all', added.json().record.value);
    return this.#app.post(`${this.path}/domains/${domain}/verify`, { accessToken });
  }

  /** Somebody with a password and an address of the domain. */
  async createColleague(name = randomUUID()): Promise<string> {
    const { email } = await this.#app.createAccount(`${name}@${this.domain}`);
    return email;
  }

  async join(email: string, role: 'admin' | 'developer'): Promise<void> {
    const { db } = this.#app.database;
    const user = await db
      .selectFrom('users')
      .select('id')
      .where('email', '=', email)
      .executeTakeFirstOrThrow();
    await db
      .insertInto('team_members')
      .values({ team_id: this.uuid, user_id: user.id, role })
      .execute();
  }
}

/** A browser at the log-in page, which types an address. */
export async function leaveBySso(
  app: AccountApp,
  email: string,
  next = '/keys',
  fromPage: Record<string, string> = {},
): Promise<{ url: string; cookie: string }> {
  const begun = await app.post('/auth/sso', {
    body: { email, next },
    fromPage,
    ip: randomIp(),
  });
  if (begun.statusCode !== 200) throw new Error(begun.body);
  return { url: begun.json().url, cookie: cookiesOf(begun).voiceflow_sign_in ?? '' };
}

export function comeBack(
  app: AccountApp,
  url: URL,
  cookie: string | undefined,
): Promise<LightMyRequestResponse> {
  return app.get(`${url.pathname}${url.search}`, {
    headers: {
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      ...(cookie === undefined ? {} : { cookie: `voiceflow_sign_in=${cookie}` }),
    },
  });
}

export function errorOf(response: LightMyRequestResponse): string | null {
  if (response.statusCode !== 303 || cookiesOf(response).voiceflow_access) {
    throw new Error(`no refusal: ${response.statusCode} ${response.body}`);
  }
  return new URL(String(response.headers.location), 'http://here.invalid').searchParams.get(
    'error',
  );
}

export async function meOf(app: AccountApp, response: LightMyRequestResponse, team?: string) {
  const { voiceflow_access: access } = cookiesOf(response);
  if (!access) throw new Error(`no session: ${String(response.headers.location)} ${response.body}`);
  const headers: Record<string, string> = team === undefined ? {} : { 'x-voiceflow-team': team };
  const me = await app.get('/v1/me', { fromPage: { voiceflow_access: access }, headers });
  if (me.statusCode !== 200) throw new Error(me.body);
  return me.json();
}
