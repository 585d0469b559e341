import { OpenIdClient } from '../../platform/oauth/index.ts';
import { guardedFetch } from '../../platform/outbound/index.ts';
import { invalidIssuer } from './errors.ts';
import type { SsoServices } from './services.ts';
import type { OidcConnection } from './store.ts';

/** What talks to a team's provider, which must not lead into the network of this server. */
function createClient(
  client: { readonly issuer: string; readonly clientId: string; readonly clientSecret: string },
  services: SsoServices,
  parameters: Readonly<Record<string, string>> = {},
): OpenIdClient {
  const fetch = services.privateNetwork ? {} : { fetch: guardedFetch };
  return new OpenIdClient({ ...client, parameters, ...fetch });
}

export async function openIdClientOf(
  connection: OidcConnection,
  services: SsoServices,
  parameters: Readonly<Record<string, string>> = {},
): Promise<OpenIdClient> {
  const { issuer, clientId } = connection;
  const clientSecret = await services.box.open(connection.sealedClientSecret);
  if (clientSecret === undefined)
    throw new Error('a client secret was sealed under another secret');
  return createClient({ issuer, clientId, clientSecret }, services, parameters);
}

/** Asks an issuer who it is, before anybody is sent there. @throws DomainError `invalid_issuer` */
export async function checkIssuer(issuer: string, services: SsoServices): Promise<void> {
  requireTls(issuer, services);
  const client = createClient({ issuer, clientId: 'unused', clientSecret: 'unused' }, services);
  await client.discover().catch(() => {
    throw invalidIssuer(
      'does not answer as an OpenID provider of this very name. Its address with /.well-known/openid-configuration must show it.',
    );
  });
}

function requireTls(address: string, { privateNetwork }: SsoServices): void {
  if (!address.startsWith('https:') && !privateNetwork) {
    throw invalidIssuer('must begin with https://');
  }
}
