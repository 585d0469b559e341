import type { Configuration } from 'openid-client';
import { z } from 'zod';
import type { IdentityClient, ProviderProfile, Round } from './identity-client.ts';
import { describeOAuthFailure } from './provider-errors.ts';

const timeoutSeconds = 10;

const userSchema = z.object({
  id: z.int(),
  name: z.string().max(255).nullish().catch(null),
});
const emailsSchema = z.array(
  z.object({ email: z.string().max(320), primary: z.boolean(), verified: z.boolean() }),
);

export interface GitHubClientOptions {
  readonly clientId: string;
  readonly clientSecret: string;
  /** `https://github.com`, or a GitHub Enterprise Server. */
  readonly url: string;
  /** `https://api.github.com`, or `https://HOST/api/v3`. */
  readonly apiUrl: string;
}

/** Logs people in at GitHub, which speaks OAuth but not OpenID: who it is stands in its API. */
export class GitHubClient implements IdentityClient {
  readonly #options: GitHubClientOptions;

  constructor(options: GitHubClientOptions) {
    this.#options = options;
  }

  async authorizationUrl(round: Round): Promise<string> {
    const openId = await import('openid-client');
    const url = openId.buildAuthorizationUrl(await this.#config(), {
      scope: 'read:user user:email',
      redirect_uri: round.redirectUri,
      state: round.state,
      code_challenge: await openId.calculatePKCECodeChallenge(round.codeVerifier),
      code_challenge_method: 'S256',
    });
    return url.href;
  }

  async readProfile(query: URLSearchParams, round: Round): Promise<ProviderProfile> {
    try {
      const openId = await import('openid-client');
      const config = await this.#config();
      const { access_token: token } = await openId.authorizationCodeGrant(
        config,
        new URL(`${round.redirectUri}?${query}`),
        { expectedState: round.state, pkceCodeVerifier: round.codeVerifier },
      );
      const user = userSchema.parse(await this.#read(config, token, '/user'));
      const emails = emailsSchema.parse(await this.#read(config, token, '/user/emails'));
      const primary = emails.find((email) => email.primary);
      return {
        subject: String(user.id),
        email: primary?.email,
        emailVerified: primary?.verified,
        name: user.name || null,
      };
    } catch (error) {
      throw describeOAuthFailure(error);
    }
  }

  async #config(): Promise<Configuration> {
    const openId = await import('openid-client');
    const { url, clientId, clientSecret } = this.#options;
    const config = new openId.Configuration(
      {
        issuer: url,
        authorization_endpoint: `${url}/login/oauth/authorize`,
        token_endpoint: `${url}/login/oauth/access_token`,
      },
      clientId,
      clientSecret,
    );
    config.timeout = timeoutSeconds;
    if (url.startsWith('http:')) openId.allowInsecureRequests(config);
    return config;
  }

  async #read(config: Configuration, token: string, path: string): Promise<unknown> {
    const openId = await import('openid-client');
    const response = await openId.fetchProtectedResource(
      config,
      token,
      new URL(`${this.#options.apiUrl}${path}`),
      'GET',
      undefined,
      new Headers({ accept: 'application/vnd.github+json', 'user-agent': 'VoiceFlow' }),
    );
    if (!response.ok) {
      await response.body?.cancel();
      throw Object.assign(new Error(`GitHub answered ${path}`), { status: response.status });
    }
    return response.json();
  }
}
