export { GitHubClient } from './github-client.ts';
export type { IdentityClient, ProviderProfile, Round } from './identity-client.ts';
export { OpenIdClient } from './open-id-client.ts';
export { signInFailed } from './provider-errors.ts';
