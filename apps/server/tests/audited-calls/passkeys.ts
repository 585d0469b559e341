import { type AccountApp, password } from '../account-app.ts';
import { SoftwareAuthenticator } from '../support/software-authenticator.ts';
import type { AuditedCalls } from './changing-call.ts';

const origin = 'http://localhost:8080';

export const passkeyCalls: AuditedCalls = (server) => ({
  async 'POST /v1/me/confirm'() {
    const { email } = await server.createAccount();
    return { credential: (await server.logIn(email)).access_token, body: { password } };
  },
  async 'POST /v1/me/passkeys'() {
    const { credential, response } = await makePasskey(server);
    return { credential, body: { response } };
  },
  async 'PATCH /v1/me/passkeys/:id'() {
    const { credential, id } = await addPasskey(server);
    return { credential, path: `/v1/me/passkeys/${id}`, body: { name: 'Desk' } };
  },
  async 'DELETE /v1/me/passkeys/:id'() {
    const { credential, id } = await addPasskey(server);
    return { credential, path: `/v1/me/passkeys/${id}` };
  },
  async 'POST /v1/auth/passkey'() {
    const { authenticator } = await addPasskey(server);
    const options = await server.post('/v1/auth/passkey/options');
    return { body: { response: authenticator.get(options.json()) } };
  },
});

/** Somebody whose browser has just made a passkey. */
async function makePasskey(server: AccountApp) {
  const { email } = await server.createAccount();
  const { access_token: credential } = await server.logIn(email);
  await server.post('/v1/me/confirm', { accessToken: credential, body: { password } });
  const options = await server.post('/v1/me/passkeys/options', { accessToken: credential });
  const authenticator = new SoftwareAuthenticator(origin);
  return { credential, authenticator, response: authenticator.create(options.json()) };
}

async function addPasskey(server: AccountApp) {
  const { credential, authenticator, response } = await makePasskey(server);
  const call = { accessToken: credential, body: { response } };
  const added = await server.post('/v1/me/passkeys', call);
  return { credential, authenticator, id: String(added.json().id) };
}
