import { formatId } from '../../src/platform/ids.ts';
import type { CheckedRoute } from '../check-route.ts';
import type { Roles } from '../roles.ts';
import { createTenant } from '../support/factories.ts';

const anyKey = '/v1/keys/key_01jd3x5qf8e5v9b1m2n3p4q5r6';
const malformed = ['/v1/keys/1', '/v1/keys/team_01jd3x5qf8e5v9b1m2n3p4q5r6'];

async function foreign({ database }: Roles): Promise<string> {
  const other = await createTenant(database.db);
  return `/v1/keys/${formatId('key', other.key.id)}`;
}

export const keyRoutes: readonly CheckedRoute[] = [
  {
    method: 'GET',
    path: '/v1/keys',
    action: 'keys.read',
    malformed: ['/v1/keys?cursor=key_1', '/v1/keys?limit=101'],
  },
  {
    method: 'POST',
    path: '/v1/keys',
    json: { name: 'Production' },
    action: 'keys.write',
  },
  { method: 'GET', path: anyKey, action: 'keys.read', malformed, foreign },
  {
    method: 'PATCH',
    path: anyKey,
    json: { name: 'Production' },
    action: 'keys.write',
    malformed,
    foreign,
  },
  {
    method: 'GET',
    path: `${anyKey}/budget`,
    action: 'keys.read',
    malformed: malformed.map((path) => `${path}/budget`),
    foreign: async (roles) => `${await foreign(roles)}/budget`,
  },
  ...(
    [
      ['POST', '/rotate', { overlap_hours: 1 }],
      ['POST', '/reveal-successor', undefined],
      ['DELETE', '/previous-secret', undefined],
    ] as const
  ).map(
    ([method, rest, json]): CheckedRoute => ({
      method,
      path: `${anyKey}${rest}`,
      json,
      action: 'keys.write',
      malformed: malformed.map((path) => `${path}${rest}`),
      foreign: async (roles) => `${await foreign(roles)}${rest}`,
    }),
  ),
  { method: 'DELETE', path: anyKey, action: 'keys.write', malformed, foreign },
];
