import type { CheckedRoute } from '../check-route.ts';

const own = { action: 'own account' } as const;
const password = 'not the password of anybody';

export const accountRoutes: readonly CheckedRoute[] = [
  { ...own, method: 'GET', path: '/v1/me/export' },
  { ...own, method: 'DELETE', path: '/v1/me' },
  { ...own, method: 'POST', path: '/v1/me/restore' },
  { ...own, method: 'GET', path: '/v1/me' },
  {
    ...own,
    method: 'POST',
    path: '/v1/me/password',
    json: { current_password: password, new_password: 'staple battery horse' },
  },
  {
    ...own,
    method: 'POST',
    path: '/v1/me/email',
    json: { email: 'ada@example.com', password },
  },
  { ...own, method: 'POST', path: '/v1/me/two-factor', json: { password } },
  { ...own, method: 'POST', path: '/v1/me/two-factor/confirm', json: { code: '123456' } },
  {
    ...own,
    method: 'POST',
    path: '/v1/me/two-factor/recovery-codes',
    json: { password, code: '123456' },
  },
  {
    ...own,
    method: 'POST',
    path: '/v1/me/two-factor/disable',
    json: { password, code: '123456' },
  },
  {
    ...own,
    method: 'GET',
    path: '/v1/me/sessions',
    malformed: ['limit=0', 'limit=101', 'cursor=sess_1', 'user=1'].map(
      (query) => `/v1/me/sessions?${query}`,
    ),
  },
  { ...own, method: 'DELETE', path: '/v1/me/sessions' },
  {
    ...own,
    method: 'DELETE',
    path: '/v1/me/sessions/sess_01jd3x5qf8e5v9b1m2n3p4q5r6',
    malformed: ['/v1/me/sessions/1', '/v1/me/sessions/key_01jd3x5qf8e5v9b1m2n3p4q5r6'],
  },
  { ...own, method: 'GET', path: '/v1/auth/device/WDJB-MJHT' },
  ...['approve', 'deny'].map(
    (decision): CheckedRoute => ({
      ...own,
      method: 'POST',
      path: `/v1/auth/device/${decision}`,
      json: { user_code: 'WDJB-MJHT' },
    }),
  ),
  { ...own, method: 'GET', path: '/v1/me/confirm' },
  { ...own, method: 'POST', path: '/v1/me/confirm', json: { password } },
  { ...own, method: 'POST', path: '/v1/me/confirm/options' },
  { ...own, method: 'GET', path: '/v1/me/passkeys' },
  { ...own, method: 'POST', path: '/v1/me/passkeys/options' },
  {
    ...own,
    method: 'POST',
    path: '/v1/me/passkeys',
    json: {
      response: {
        id: 'a',
        rawId: 'a',
        type: 'public-key',
        response: { clientDataJSON: 'e30', attestationObject: 'oA' },
      },
    },
  },
  {
    ...own,
    method: 'PATCH',
    path: '/v1/me/passkeys/passkey_01jd3x5qf8e5v9b1m2n3p4q5r6',
    json: { name: 'Desk' },
    malformed: ['/v1/me/passkeys/1', '/v1/me/passkeys/key_01jd3x5qf8e5v9b1m2n3p4q5r6'],
  },
  {
    ...own,
    method: 'DELETE',
    path: '/v1/me/passkeys/passkey_01jd3x5qf8e5v9b1m2n3p4q5r6',
    malformed: ['/v1/me/passkeys/1'],
  },
];
