import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LightMyRequestResponse } from 'fastify';
import { openAccounts } from '../src/account-services.ts';
import { createApiApp } from '../src/api-app.ts';
import { ClientTokens } from '../src/domains/client-tokens/index.ts';
import { deleteExpiredAccountData } from '../src/domains/identity/index.ts';
import { KeyAuthenticator } from '../src/domains/keys/index.ts';
import { openSignedRequests } from '../src/domains/signing/index.ts';
import type { SynthesisServices } from '../src/domains/synthesis/index.ts';
import { parseEnv } from '../src/env.ts';
import type { DatabaseHandle } from '../src/platform/database/database.ts';
import type { App } from '../src/platform/http/index.ts';
import { silentLog } from '../src/platform/log.ts';
import type { SecretBox } from '../src/platform/secret-box.ts';
import { MemoryCache } from '../src/platform/shared-cache/index.ts';
import { MemoryReplayGuard } from '../src/platform/signatures/index.ts';
import { ManualClock } from './support/factories.ts';
import { forgetSessions } from './support/forget-sessions.ts';
import { createTestDatabase, type TestDatabase } from './support/test-database.ts';

export const password = 'correct horse battery staple';

export interface AccountCall {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Cookies, and the headers that a browser sends from a page of this server. */
  readonly fromPage?: Readonly<Record<string, string>>;
  readonly accessToken?: string;
  readonly ip?: string;
}

export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly expires_in: number;
}

type OpenSynthesis = (db: DatabaseHandle) => Promise<SynthesisServices>;

const absentSynthesis: SynthesisServices = {
  get orders(): never {
    throw new Error('there is no synthesis in these tests');
  },
  get maker(): never {
    throw new Error('there is no synthesis in these tests');
  },
  get budgets(): never {
    throw new Error('there is no synthesis in these tests');
  },
  get completions(): never {
    throw new Error('there is no synthesis in these tests');
  },
  get allowances(): never {
    throw new Error('there is no synthesis in these tests');
  },
  get connections(): never {
    throw new Error('there is no synthesis in these tests');
  },
  get metrics(): never {
    throw new Error('there is no synthesis in these tests');
  },
};

/** The API in this process, on a clock that the test moves, and without a synthesis unless one is given. */
export class AccountApp {
  readonly app: App;
  readonly database: TestDatabase;
  readonly clock: ManualClock;
  /** Opens what the API sealed. */
  readonly box: SecretBox;
  readonly #end: () => Promise<void>;

  private constructor(options: {
    app: App;
    database: TestDatabase;
    clock: ManualClock;
    box: SecretBox;
    end: () => Promise<void>;
  }) {
    this.app = options.app;
    this.database = options.database;
    this.clock = options.clock;
    this.box = options.box;
    this.#end = options.end;
  }

  static async open(
    settings: Readonly<Record<string, string>> = {},
    openSynthesis: OpenSynthesis = async () => absentSynthesis,
  ): Promise<AccountApp> {
    const database = await createTestDatabase();
    const { db } = database;
    const clock = new ManualClock();
    const log = silentLog;
    const home = await mkdtemp(join(tmpdir(), 'vf-accounts-'));
    const env = parseEnv({ VOICEFLOW_HOME: home, ...settings });
    const accounts = await openAccounts({ db, clock, env });
    const cache = new MemoryCache({ clock });
    const keys = new KeyAuthenticator({ db, clock, log, cache });
    const clientTokens = new ClientTokens({ db, clock, cache });
    const signatures = openSignedRequests({
      db,
      cache,
      box: accounts.routes.box,
      replays: new MemoryReplayGuard({ clock }),
    });
    const app = await createApiApp({
      http: {
        db,
        clock,
        log,
        authenticators: {
          key: (token, ip) => keys.authenticate(token, ip),
          client: (token, origin) => clientTokens.authenticate(token, origin),
          accessToken: accounts.accessToken,
          session: async () => undefined,
        },
        cache,
        trustedProxies: env.TRUSTED_PROXIES,
        signatures,
        isKnownOrigin: (origin) => clientTokens.isKnownOrigin(origin),
      },
      accounts: accounts.routes,
      teams: accounts.teams,
      sso: accounts.sso,
      mailbox: { open: true, db },
      synthesis: await openSynthesis(db),
      unready: async () => undefined,
    });
    return new AccountApp({
      app,
      database,
      clock,
      box: accounts.routes.box,
      async end() {
        await app.close();
        await keys.close();
        await database.close();
        await rm(home, { recursive: true });
      },
    });
  }

  close(): Promise<void> {
    return this.#end();
  }

  /** What a job does every hour. */
  deleteExpired(): Promise<void> {
    return deleteExpiredAccountData(this.database.db, this.clock.now());
  }

  async get(path: string, call: AccountCall = {}): Promise<LightMyRequestResponse> {
    return this.app.inject({ method: 'GET', url: path, ...request(call) });
  }

  async post(path: string, call: AccountCall = {}): Promise<LightMyRequestResponse> {
    return this.app.inject({ method: 'POST', url: path, ...request(call) });
  }

  async call(
    method: 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    call: AccountCall = {},
  ): Promise<LightMyRequestResponse> {
    return this.app.inject({ method, url: path, ...request(call) });
  }

  async delete(path: string, call: AccountCall = {}): Promise<LightMyRequestResponse> {
    return this.app.inject({ method: 'DELETE', url: path, ...request(call) });
  }

  /** The mails to an address, newest first. */
  async mailsTo(email: string): Promise<{ subject: string; text: string; token: string }[]> {
    const rows = await this.database.db
      .selectFrom('mails')
      .select(['subject', 'body_text as text'])
      .where('recipient', '=', email)
      .orderBy('id', 'desc')
      .execute();
    return rows.map((row) => ({ ...row, token: /#token=(\S+)/.exec(row.text)?.[1] ?? '' }));
  }

  /** Somebody who has registered and confirmed the address, and is logged in nowhere. */
  async createAccount(email = `${randomUUID()}@example.com`): Promise<{ email: string }> {
    await this.post('/auth/register', { body: { email, password, name: 'Ada' }, ip: randomIp() });
    const [mail] = await this.mailsTo(email);
    const body = { token: mail?.token, password };
    const confirmed = await this.post('/auth/verify-email', { body });
    if (confirmed.statusCode !== 200) throw new Error(confirmed.body);
    await forgetSessions(this.database.db, email);
    return { email };
  }

  async logIn(email: string): Promise<Tokens> {
    const response = await this.post('/auth/login', { body: { email, password } });
    if (response.statusCode !== 200) throw new Error(response.body);
    return response.json();
  }
}

function request({ body, headers, fromPage, accessToken, ip }: AccountCall) {
  const cookie = Object.entries(fromPage ?? {}).map(([name, value]) => `${name}=${value}`);
  return {
    ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
    ...(ip === undefined ? {} : { remoteAddress: ip }),
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(fromPage ? { 'sec-fetch-site': 'same-origin', cookie: cookie.join('; ') } : {}),
      ...(accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` }),
      ...headers,
    },
  };
}

/** So that tests do not use up each other's limits. */
export function randomIp(): string {
  return `2001:db8:${randomUUID().slice(0, 4)}:${randomUUID().slice(0, 4)}::1`;
}

/** The cookies that a response sets; one that it deletes is ''. */
export function cookiesOf(response: LightMyRequestResponse): Record<string, string> {
  return Object.fromEntries(response.cookies.map(({ name, value }) => [name, value]));
}
