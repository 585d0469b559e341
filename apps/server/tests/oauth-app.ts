import { randomUUID } from 'node:crypto';
import type { LightMyRequestResponse } from 'fastify';
import { expect } from 'vitest';
import { AccountApp, cookiesOf, randomIp } from './account-app.ts';
import { IdentityProvider, type Person } from './support/identity-provider.ts';

export type Provider = 'google' | 'github';

interface Departure {
  readonly url: string;
  readonly cookie: string;
}

/** The API in this process, and who plays Google and GitHub on this machine. */
export class OAuthApp {
  readonly accounts: AccountApp;
  readonly google: IdentityProvider;
  readonly github: IdentityProvider;

  private constructor(accounts: AccountApp, peers: Record<Provider, IdentityProvider>) {
    this.accounts = accounts;
    this.google = peers.google;
    this.github = peers.github;
  }

  static async open(): Promise<OAuthApp> {
    const google = await IdentityProvider.start('openid');
    const github = await IdentityProvider.start('github');
    const accounts = await AccountApp.open({
      OAUTH_GOOGLE_CLIENT_ID: 'google-client',
      OAUTH_GOOGLE_CLIENT_SECRET: 'google-secret',
      OAUTH_GOOGLE_ISSUER: google.url,
      OAUTH_GITHUB_CLIENT_ID: 'github-client',
      OAUTH_GITHUB_CLIENT_SECRET: 'github-secret',
      OAUTH_GITHUB_URL: github.url,
      OAUTH_GITHUB_API_URL: `${github.url}/`,
    });
    return new OAuthApp(accounts, { google, github });
  }

  async close(): Promise<void> {
    await this.accounts.close();
    await this.google.stop();
    await this.github.stop();
  }

  peer(provider: Provider): IdentityProvider {
    return provider === 'google' ? this.google : this.github;
  }

  async leave(
    provider: Provider,
    body: object = {},
    fromPage: Record<string, string> = {},
  ): Promise<Departure> {
    const begun = await this.accounts.post(`/auth/oauth/${provider}`, {
      body,
      fromPage,
      ip: randomIp(),
    });
    expect(begun.statusCode, begun.body).toBe(200);
    return { url: begun.json().url, cookie: cookiesOf(begun).voiceflow_sign_in ?? '' };
  }

  /** The browser follows the provider's redirect: another site leads here. */
  comeBack(url: URL, cookie: string | undefined): Promise<LightMyRequestResponse> {
    return this.accounts.get(`${url.pathname}${url.search}`, {
      headers: {
        'sec-fetch-site': 'cross-site',
        'sec-fetch-mode': 'navigate',
        ...(cookie === undefined ? {} : { cookie: `voiceflow_sign_in=${cookie}` }),
      },
    });
  }

  async logInAt(
    provider: Provider,
    person: Person,
    body: object = {},
  ): Promise<LightMyRequestResponse> {
    const peer = this.peer(provider);
    peer.person = person;
    const { url, cookie } = await this.leave(provider, body);
    return this.comeBack(await peer.visit(url), cookie);
  }

  async meOf(response: LightMyRequestResponse) {
    expect(response.statusCode).toBe(303);
    const { voiceflow_access: access = '' } = cookiesOf(response);
    const me = await this.accounts.get('/v1/me', { fromPage: { voiceflow_access: access } });
    expect(me.statusCode, me.body).toBe(200);
    return me.json();
  }

  connectionsOf(accessToken: string): Promise<LightMyRequestResponse> {
    return this.accounts.get('/v1/me/connections', { accessToken });
  }
}

export function newPerson(overrides: Partial<Person> = {}): Person {
  return {
    id: String(Math.floor(Math.random() * 1e12)),
    email: `${randomUUID()}@example.com`,
    emailVerified: true,
    name: 'Grace Hopper',
    ...overrides,
  };
}

export function errorOf(response: LightMyRequestResponse): string | null {
  expect(response.statusCode).toBe(303);
  const target = new URL(String(response.headers.location), 'http://here.invalid');
  expect(cookiesOf(response).voiceflow_access).toBeUndefined();
  return target.searchParams.get('error');
}
