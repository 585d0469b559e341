import type { AccountApp } from '../account-app.ts';
import type { AuditedCalls } from './changing-call.ts';

export const signingCalls: AuditedCalls = (server) => ({
  async 'POST /v1/signing-secrets'() {
    return { credential: await logIn(server), body: { name: 'Billing' } };
  },
  async 'DELETE /v1/signing-secrets/:id'() {
    const credential = await logIn(server);
    const { id } = await createSecret(server, credential);
    return { credential, path: `/v1/signing-secrets/${id}` };
  },
  async 'PUT /v1/request-signing'() {
    const credential = await logIn(server);
    await createSecret(server, credential);
    return { credential, body: { required: true } };
  },
});

async function logIn(server: AccountApp): Promise<string> {
  const { email } = await server.createAccount();
  return (await server.logIn(email)).access_token;
}

async function createSecret(server: AccountApp, accessToken: string): Promise<{ id: string }> {
  const made = await server.post('/v1/signing-secrets', { accessToken, body: { name: 'Billing' } });
  return made.json();
}
