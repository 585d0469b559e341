import { GitHubClient, type IdentityClient, OpenIdClient } from '../../platform/oauth/index.ts';

export interface OAuthProvider {
  readonly id: string;
  /** As its button says it. */
  readonly name: string;
  readonly client: IdentityClient;
}

export interface OAuthSettings {
  readonly OAUTH_GOOGLE_CLIENT_ID?: string | undefined;
  readonly OAUTH_GOOGLE_CLIENT_SECRET?: string | undefined;
  readonly OAUTH_GOOGLE_ISSUER: string;
  readonly OAUTH_GITHUB_CLIENT_ID?: string | undefined;
  readonly OAUTH_GITHUB_CLIENT_SECRET?: string | undefined;
  readonly OAUTH_GITHUB_URL: string;
  readonly OAUTH_GITHUB_API_URL: string;
}

/** The providers that the settings name a client of, by their ids. */
export function createOAuthProviders(settings: OAuthSettings): ReadonlyMap<string, OAuthProvider> {
  const google = clientOf(settings.OAUTH_GOOGLE_CLIENT_ID, settings.OAUTH_GOOGLE_CLIENT_SECRET);
  const github = clientOf(settings.OAUTH_GITHUB_CLIENT_ID, settings.OAUTH_GITHUB_CLIENT_SECRET);
  const providers: OAuthProvider[] = [];
  if (google) {
    const issuer = settings.OAUTH_GOOGLE_ISSUER;
    // Who has several accounts there is asked which, each time.
    const parameters = { prompt: 'select_account' };
    const client = new OpenIdClient({ ...google, issuer, parameters });
    providers.push({ id: 'google', name: 'Google', client });
  }
  if (github) {
    const client = new GitHubClient({
      ...github,
      url: withoutSlash(settings.OAUTH_GITHUB_URL),
      apiUrl: withoutSlash(settings.OAUTH_GITHUB_API_URL),
    });
    providers.push({ id: 'github', name: 'GitHub', client });
  }
  return new Map(providers.map((provider) => [provider.id, provider]));
}

function clientOf(clientId: string | undefined, clientSecret: string | undefined) {
  return clientId !== undefined && clientSecret !== undefined
    ? { clientId, clientSecret }
    : undefined;
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}
