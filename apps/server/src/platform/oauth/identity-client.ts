/** One way through a provider and back again. What is secret in it is fresh each time. */
export interface Round {
  /** Where the provider sends the browser back to. */
  readonly redirectUri: string;
  readonly state: string;
  readonly codeVerifier: string;
  readonly nonce: string;
}

/** Whom a provider says that it has before it. */
export interface ProviderProfile {
  /** The provider's own id of the person, which stays when the address changes. */
  readonly subject: string;
  readonly email: string | undefined;
  /** Undefined where the provider does not say. */
  readonly emailVerified: boolean | undefined;
  readonly name: string | null;
}

export interface IdentityClient {
  /** The page of the provider to send the browser to. @throws DomainError `provider_unavailable` */
  authorizationUrl(round: Round): Promise<string>;
  /**
   * Who came back, by the query that the provider sent along.
   * @throws DomainError `sign_in_denied`, `sign_in_failed`, `provider_unavailable`
   */
  readProfile(query: URLSearchParams, round: Round): Promise<ProviderProfile>;
}
