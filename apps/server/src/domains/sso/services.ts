import type { SecretBox } from '../../platform/secret-box.ts';
import type { AccountServices } from '../identity/index.ts';

export interface SsoServices {
  readonly accounts: AccountServices;
  readonly box: SecretBox;
  /** The TXT records at a name, each in its parts. Throws as `dns.resolveTxt` does. */
  readonly resolveTxt: (name: string) => Promise<readonly (readonly string[])[]>;
  /** Whether an identity provider may be in the network of this server, and without TLS. */
  readonly privateNetwork: boolean;
}

/** The addresses that an identity provider must be told. */
export interface ServiceProvider {
  readonly oidcRedirectUri: string;
  readonly samlEntityId: string;
  readonly samlAcsUrl: string;
}

/** `team` is the public id of the team. */
export function serviceProviderOf(team: string, publicUrl: string): ServiceProvider {
  const base = `${publicUrl}/v1/auth/sso/${team}`;
  return {
    oidcRedirectUri: `${base}/callback`,
    samlEntityId: `${base}/metadata`,
    samlAcsUrl: `${base}/acs`,
  };
}
