import { formatId } from '../../src/platform/ids.ts';
import type { CheckedRoute } from '../check-route.ts';
import { createTenant } from '../support/factories.ts';

const own = '/v1/teams/{team}/sso';
const settings = {
  protocol: 'oidc',
  issuer: 'https://login.example.com',
  client_id: 'voiceflow',
  client_secret: 'secret',
};

/** The same path in another team, and ids that are none. */
function elsewhere(rest: string): Pick<CheckedRoute, 'foreign' | 'malformed'> {
  return {
    foreign: async ({ database }) => {
      const { teamId } = await createTenant(database.db);
      return `/v1/teams/${formatId('team', teamId)}/sso${rest}`;
    },
    malformed: ['1', 'user_01jd3x5qf8e5v9b1m2n3p4q5r6'].map((id) => `/v1/teams/${id}/sso${rest}`),
  };
}

const shared = { action: 'sso.manage' } as const;

export const ssoRoutes: readonly CheckedRoute[] = [
  { ...shared, ...elsewhere(''), method: 'GET', path: own },
  { ...shared, ...elsewhere(''), method: 'PUT', path: own, json: settings },
  { ...shared, ...elsewhere(''), method: 'DELETE', path: own },
  {
    ...shared,
    ...elsewhere('/domains'),
    method: 'POST',
    path: `${own}/domains`,
    json: { domain: 'example.com' },
  },
  {
    ...shared,
    ...elsewhere('/domains/example.com/verify'),
    method: 'POST',
    path: `${own}/domains/example.com/verify`,
  },
  {
    ...shared,
    ...elsewhere('/domains/example.com'),
    method: 'DELETE',
    path: `${own}/domains/example.com`,
  },
];
