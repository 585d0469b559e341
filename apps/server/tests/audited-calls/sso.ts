import { parseId } from '../../src/platform/ids.ts';
import type { AccountApp } from '../account-app.ts';
import { createKeyPair } from '../support/saml-provider.ts';
import type { AuditedCalls } from './changing-call.ts';

const domain = 'example.com';

export const ssoCalls: AuditedCalls = (server, dns) => ({
  async 'PUT /v1/teams/:id/sso'() {
    const { credential, path } = await createEnterprise(server);
    const { cert } = await createKeyPair();
    const body = {
      protocol: 'saml',
      entity_id: 'https://idp.example.com',
      sign_in_url: 'https://idp.example.com/sso',
      certificates: [cert],
    };
    return { credential, path, body };
  },
  async 'DELETE /v1/teams/:id/sso'() {
    const { credential, path, teamId } = await createEnterprise(server);
    await server.database.db
      .insertInto('sso_connections')
      .values({
        team_id: teamId,
        protocol: 'saml',
        entity_id: 'https://idp.example.com',
        sign_in_url: 'https://idp.example.com/sso',
        certificates: [],
        default_role: 'viewer',
        required: false,
      })
      .execute();
    return { credential, path };
  },
  async 'POST /v1/teams/:id/sso/domains'() {
    const { credential, path } = await createEnterprise(server);
    return { credential, path: `${path}/domains`, body: { domain } };
  },
  async 'POST /v1/teams/:id/sso/domains/:domain/verify'() {
    const { credential, path } = await createEnterprise(server);
    const added = await server.post(`${path}/domains`, {
      accessToken: credential,
      body: { domain },
    });
    dns.setTxt(domain, added.json().record.value);
    return { credential, path: `${path}/domains/${domain}/verify` };
  },
  async 'DELETE /v1/teams/:id/sso/domains/:domain'() {
    const { credential, path } = await createEnterprise(server);
    await server.post(`${path}/domains`, { accessToken: credential, body: { domain } });
    return { credential, path: `${path}/domains/${domain}` };
  },
});

async function createEnterprise(server: AccountApp) {
  const { email } = await server.createAccount();
  const { access_token: credential } = await server.logIn(email);
  const { team } = (await server.get('/v1/me', { accessToken: credential })).json();
  const teamId = parseId('team', team.id) ?? '';
  await server.database.db
    .updateTable('teams')
    .set({ plan: 'enterprise' })
    .where('id', '=', teamId)
    .execute();
  return { credential, teamId, path: `/v1/teams/${team.id}/sso` };
}
