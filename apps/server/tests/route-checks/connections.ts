import type { CheckedRoute } from '../check-route.ts';

const own = { action: 'own account' } as const;

export const connectionRoutes: readonly CheckedRoute[] = [
  { ...own, method: 'GET', path: '/v1/me/connections' },
  { ...own, method: 'POST', path: '/v1/me/connections', json: { provider: 'google' } },
  {
    ...own,
    method: 'DELETE',
    path: '/v1/me/connections/conn_01jd3x5qf8e5v9b1m2n3p4q5r6',
    malformed: ['/v1/me/connections/1', '/v1/me/connections/key_01jd3x5qf8e5v9b1m2n3p4q5r6'],
  },
];
