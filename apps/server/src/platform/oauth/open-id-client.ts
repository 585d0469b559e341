import type { Configuration, CustomFetch } from 'openid-client';
import { z } from 'zod';
import type { IdentityClient, ProviderProfile, Round } from './identity-client.ts';
import { describeOAuthFailure } from './provider-errors.ts';

const timeoutSeconds = 10;
const discoveryLastsMs = 60 * 60 * 1000;

/** Some providers write booleans as text. */
const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);
const claimsSchema = z.object({
  sub: z.string().min(1).max(500),
  email: z.string().max(320).optional(),
  email_verified: flag.optional(),
  name: z.string().max(255).optional().catch(undefined),
});

export interface OpenIdClientOptions {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** More to ask of the provider's page. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** How it is reached, where not everything may be. */
  readonly fetch?: CustomFetch;
}

/** Logs people in at an OpenID provider: code flow with PKCE and nonce, its signature always checked. */
export class OpenIdClient implements IdentityClient {
  readonly #options: OpenIdClientOptions;
  #discovered: { readonly config: Promise<Configuration>; readonly atMs: number } | undefined;

  constructor(options: OpenIdClientOptions) {
    this.#options = options;
  }

  async authorizationUrl(round: Round): Promise<string> {
    try {
      const openId = await import('openid-client');
      const url = openId.buildAuthorizationUrl(await this.#config(), {
        scope: 'openid email profile',
        redirect_uri: round.redirectUri,
        state: round.state,
        nonce: round.nonce,
        code_challenge: await openId.calculatePKCECodeChallenge(round.codeVerifier),
        code_challenge_method: 'S256',
        ...this.#options.parameters,
      });
      return url.href;
    } catch (error) {
      throw describeOAuthFailure(error);
    }
  }

  async readProfile(query: URLSearchParams, round: Round): Promise<ProviderProfile> {
    try {
      const openId = await import('openid-client');
      const config = await this.#config();
      const tokens = await openId.authorizationCodeGrant(
        config,
        new URL(`${round.redirectUri}?${query}`),
        {
          expectedState: round.state,
          expectedNonce: round.nonce,
          pkceCodeVerifier: round.codeVerifier,
          idTokenExpected: true,
        },
      );
      const claims = claimsSchema.parse(tokens.claims());
      if (claims.email !== undefined || !config.serverMetadata().userinfo_endpoint) {
        return toProfile(claims);
      }
      const more = await openId.fetchUserInfo(config, tokens.access_token, claims.sub);
      return toProfile(claimsSchema.parse(more));
    } catch (error) {
      throw describeOAuthFailure(error);
    }
  }

  /** What the provider says of itself, asked for once an hour. */
  #config(): Promise<Configuration> {
    const nowMs = performance.now();
    if (this.#discovered && nowMs - this.#discovered.atMs < discoveryLastsMs) {
      return this.#discovered.config;
    }
    const config = this.discover();
    this.#discovered = { config, atMs: nowMs };
    config.catch(() => {
      this.#discovered = undefined;
    });
    return config;
  }

  /** Asks the provider who it is. Throws when it does not answer, or answers for another. */
  async discover(): Promise<Configuration> {
    const openId = await import('openid-client');
    const { issuer, clientId, clientSecret, fetch } = this.#options;
    const insecure = issuer.startsWith('http:') ? [openId.allowInsecureRequests] : [];
    return openId.discovery(new URL(issuer), clientId, clientSecret, undefined, {
      timeout: timeoutSeconds,
      execute: [openId.enableNonRepudiationChecks, ...insecure],
      ...(fetch ? { [openId.customFetch]: fetch } : {}),
    });
  }
}

function toProfile(claims: z.output<typeof claimsSchema>): ProviderProfile {
  return {
    subject: claims.sub,
    email: claims.email,
    emailVerified: claims.email_verified,
    name: claims.name || null,
  };
}
