import type { AccountApp } from '../account-app.ts';
import type { AuditedCalls } from './changing-call.ts';

export const deviceCalls: AuditedCalls = (server) => ({
  'POST /v1/auth/device/approve': () => askAndLogIn(server),
  'POST /v1/auth/device/deny': () => askAndLogIn(server),
  async 'POST /v1/auth/device/token'() {
    const { credential: accessToken, body, deviceCode } = await askAndLogIn(server);
    await server.post('/v1/auth/device/approve', { accessToken, body });
    const grantType = 'urn:ietf:params:oauth:grant-type:device_code';
    return { body: { grant_type: grantType, device_code: deviceCode } };
  },
});

/** A device that waits, and somebody who may let it in. */
async function askAndLogIn(server: AccountApp) {
  const { email } = await server.createAccount();
  const { access_token: credential } = await server.logIn(email);
  const asked = await server.post('/v1/auth/device', { body: { client_id: 'cli' } });
  const { user_code, device_code: deviceCode } = asked.json();
  return { credential, body: { user_code }, deviceCode };
}
