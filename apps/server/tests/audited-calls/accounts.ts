import { randomUUID } from 'node:crypto';
import { TOTP } from 'otpauth';
import { type AccountApp, password } from '../account-app.ts';
import type { AuditedCalls } from './changing-call.ts';

export const accountCalls: AuditedCalls = (server) => ({
  async 'POST /v1/auth/register'() {
    return { body: { email: `${randomUUID()}@example.com`, password, name: 'Ada' } };
  },
  async 'POST /v1/auth/verify-email'() {
    const email = `${randomUUID()}@example.com`;
    await server.post('/auth/register', { body: { email, password, name: 'Ada' } });
    const [mail] = await server.mailsTo(email);
    return { body: { token: mail?.token, password } };
  },
  async 'POST /v1/auth/login'() {
    const { email } = await server.createAccount();
    return { body: { email, password } };
  },
  async 'POST /v1/auth/logout'() {
    const { email } = await server.createAccount();
    const { refresh_token } = await server.logIn(email);
    return { body: { refresh_token } };
  },
  async 'POST /v1/auth/forgot-password'() {
    const { email } = await server.createAccount();
    return { body: { email } };
  },
  async 'POST /v1/auth/reset-password'() {
    const { email } = await server.createAccount();
    await server.post('/auth/forgot-password', { body: { email } });
    const [mail] = await server.mailsTo(email);
    return { body: { token: mail?.token, password: 'another long password' } };
  },
  async 'POST /v1/me/password'() {
    const { email } = await server.createAccount();
    const { access_token: credential } = await server.logIn(email);
    const body = { current_password: password, new_password: 'another long password' };
    return { credential, body };
  },
  async 'POST /v1/me/email'() {
    const { email } = await server.createAccount();
    const { access_token: credential } = await server.logIn(email);
    return { credential, body: { email: `${randomUUID()}@example.com`, password } };
  },
  async 'POST /v1/auth/confirm-email'() {
    const { email } = await server.createAccount();
    const { access_token: accessToken } = await server.logIn(email);
    const next = `${randomUUID()}@example.com`;
    await server.post('/v1/me/email', { accessToken, body: { email: next, password } });
    const [mail] = await server.mailsTo(next);
    return { body: { token: mail?.token } };
  },
  async 'POST /v1/me/two-factor'() {
    const { email } = await server.createAccount();
    const { access_token: credential } = await server.logIn(email);
    return { credential, body: { password } };
  },
  async 'POST /v1/me/two-factor/confirm'() {
    const { credential, totp } = await proposeTwoFactor(server);
    return { credential, body: { code: totp.generate({ timestamp: now(server) }) } };
  },
  async 'POST /v1/me/two-factor/recovery-codes'() {
    const { credential, recoveryCode } = await enableTwoFactor(server);
    return { credential, body: { password, code: recoveryCode } };
  },
  async 'POST /v1/me/two-factor/disable'() {
    const { credential, recoveryCode } = await enableTwoFactor(server);
    return { credential, body: { password, code: recoveryCode } };
  },
  async 'DELETE /v1/me'() {
    return { credential: await confirmed(server) };
  },
  async 'POST /v1/me/restore'() {
    const { email } = await server.createAccount();
    const { access_token: accessToken } = await server.logIn(email);
    await server.post('/v1/me/confirm', { accessToken, body: { password } });
    await server.delete('/v1/me', { accessToken });
    return { credential: (await server.logIn(email)).access_token };
  },
  async 'DELETE /v1/me/sessions'() {
    const { email } = await server.createAccount();
    await server.logIn(email);
    return { credential: await confirmed(server, email) };
  },
  async 'DELETE /v1/me/sessions/:id'() {
    const { email } = await server.createAccount();
    const { access_token: credential } = await server.logIn(email);
    const listed = await server.get('/v1/me/sessions', { accessToken: credential });
    return { credential, path: `/v1/me/sessions/${listed.json().data[0].id}` };
  },
});

/** The token of somebody who has just confirmed that it is them. */
async function confirmed(server: AccountApp, known?: string): Promise<string> {
  const email = known ?? (await server.createAccount()).email;
  const { access_token: accessToken } = await server.logIn(email);
  await server.post('/v1/me/confirm', { accessToken, body: { password } });
  return accessToken;
}

function now(server: AccountApp): number {
  return server.clock.now().getTime();
}

export async function enableTwoFactor(server: AccountApp) {
  const { credential, totp } = await proposeTwoFactor(server);
  const confirmed = await server.post('/v1/me/two-factor/confirm', {
    accessToken: credential,
    body: { code: totp.generate({ timestamp: now(server) }) },
  });
  return { credential, recoveryCode: String(confirmed.json().recovery_codes[0]) };
}

async function proposeTwoFactor(server: AccountApp) {
  const { email } = await server.createAccount();
  const { access_token: credential } = await server.logIn(email);
  const call = { accessToken: credential, body: { password } };
  const { secret } = (await server.post('/v1/me/two-factor', call)).json();
  return { credential, totp: new TOTP({ secret }) };
}
