import { formatId } from '../../src/platform/ids.ts';
import type { CheckedRoute } from '../check-route.ts';
import type { Roles } from '../roles.ts';
import { createTenant } from '../support/factories.ts';

const nobody = 'user_01jd3x5qf8e5v9b1m2n3p4q5r6';
const nothing = 'inv_01jd3x5qf8e5v9b1m2n3p4q5r6';

/** The same path in another team. */
function foreign(rest: string): CheckedRoute['foreign'] {
  return async ({ database }: Roles) => {
    const { teamId, userId } = await createTenant(database.db);
    const path = `/v1/teams/${formatId('team', teamId)}${rest}`;
    return path.replace(nobody, formatId('user', userId));
  };
}

const malformedTeams = ['/v1/teams/1', '/v1/teams/user_01jd3x5qf8e5v9b1m2n3p4q5r6'];
const own = '/v1/teams/{team}';

export const teamRoutes: readonly CheckedRoute[] = [
  {
    method: 'POST',
    path: '/v1/operator/end-sessions',
    action: 'operator',
    json: { email: 'ada@example.com' },
  },
  { method: 'GET', path: '/v1/me/permissions', action: 'any credential' },
  {
    method: 'GET',
    path: '/v1/teams',
    action: 'team.read',
    malformed: ['limit=0', 'limit=101', 'cursor=1', 'user=1'].map((query) => `/v1/teams?${query}`),
  },
  { method: 'POST', path: '/v1/teams', json: { name: 'New' }, action: 'own account' },
  {
    method: 'GET',
    path: own,
    action: 'team.read',
    foreign: foreign(''),
    malformed: malformedTeams,
  },
  {
    method: 'PATCH',
    path: own,
    json: { name: 'Renamed' },
    action: 'team.update',
    foreign: foreign(''),
    malformed: malformedTeams,
  },
  {
    method: 'PUT',
    path: `${own}/two-factor`,
    json: { required: false },
    action: 'two_factor.require',
    foreign: foreign('/two-factor'),
    malformed: malformedTeams.map((path) => `${path}/two-factor`),
  },
  {
    method: 'GET',
    path: `${own}/members`,
    action: 'members.read',
    foreign: foreign('/members'),
    malformed: malformedTeams.map((path) => `${path}/members`),
  },
  {
    method: 'PUT',
    path: `${own}/members/${nobody}/role`,
    json: { role: 'viewer' },
    action: 'members.update',
    foreign: foreign(`/members/${nobody}/role`),
    malformed: ['/v1/teams/1/members/1/role', `${own}/members/1/role`],
  },
  {
    method: 'DELETE',
    path: `${own}/members/${nobody}`,
    action: 'members.remove',
    foreign: foreign(`/members/${nobody}`),
    malformed: ['/v1/teams/1/members/1', `${own}/members/1`],
  },
  {
    method: 'POST',
    path: `${own}/invite`,
    json: { role: 'viewer' },
    action: 'members.invite',
    foreign: foreign('/invite'),
    malformed: malformedTeams.map((path) => `${path}/invite`),
  },
  {
    method: 'GET',
    path: `${own}/invitations`,
    action: 'members.invite',
    foreign: foreign('/invitations'),
    malformed: [
      '/v1/teams/1/invitations',
      `${own}/invitations?limit=0`,
      `${own}/invitations?cursor=1`,
    ],
  },
  {
    method: 'POST',
    path: `${own}/invitations/${nothing}/resend`,
    action: 'members.invite',
    foreign: foreign(`/invitations/${nothing}/resend`),
    malformed: [`${own}/invitations/1/resend`],
  },
  {
    method: 'DELETE',
    path: `${own}/invitations/${nothing}`,
    action: 'members.invite',
    foreign: foreign(`/invitations/${nothing}`),
    malformed: [`${own}/invitations/1`],
  },
  {
    method: 'POST',
    path: `${own}/transfer`,
    json: { user_id: nobody },
    action: 'team.transfer',
    foreign: foreign('/transfer'),
    malformed: malformedTeams.map((path) => `${path}/transfer`),
  },
  {
    method: 'DELETE',
    path: own,
    json: { name: 'Not its name' },
    action: 'team.delete',
    foreign: foreign(''),
    malformed: malformedTeams,
  },
  {
    method: 'POST',
    path: '/v1/invitations/accept',
    json: { token: 'nonsense' },
    action: 'own account',
  },
];
