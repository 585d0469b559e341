import { hash, randomUUID } from 'node:crypto';
import { formatId, parseId } from '../../src/platform/ids.ts';
import { type AccountApp, password } from '../account-app.ts';
import { enableTwoFactor } from './accounts.ts';
import type { AuditedCalls } from './changing-call.ts';

export const connectionCalls: AuditedCalls = (server) => ({
  async 'POST /v1/auth/second-factor'() {
    const { credential, recoveryCode } = await enableTwoFactor(server);
    const { userId, provider, subject } = await insertConnection(server, credential);
    const tokenHash = hash('sha256', subject, 'hex');
    await server.database.db
      .insertInto('sign_ins')
      .values({
        token_hash: tokenHash,
        browser_hash: tokenHash,
        stage: 'second_factor',
        provider,
        user_id: userId,
        profile: { provider, subject, email: null, name: null },
        next: '/',
        expires_at: new Date(server.clock.now().getTime() + 60_000),
      })
      .execute();
    return { cookie: `voiceflow_sign_in=${subject}`, body: { code: recoveryCode } };
  },
  async 'DELETE /v1/me/connections/:id'() {
    const { email } = await server.createAccount();
    const { access_token: credential } = await server.logIn(email);
    const { subject } = await insertConnection(server, credential);
    await server.post('/v1/me/confirm', { accessToken: credential, body: { password } });
    return { credential, path: `/v1/me/connections/${formatId('connection', subject)}` };
  },
});

/** An account at Google that opens the account of an access token. */
async function insertConnection(server: AccountApp, accessToken: string) {
  const me = await server.get('/v1/me', { accessToken });
  const userId = parseId('user', me.json().id) ?? '';
  const connection = { provider: 'google', subject: randomUUID() };
  await server.database.db
    .insertInto('user_connections')
    .values({ ...connection, id: connection.subject, user_id: userId })
    .execute();
  return { ...connection, userId };
}
