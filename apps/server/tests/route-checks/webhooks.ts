import { createId, formatId } from '../../src/platform/ids.ts';
import type { CheckedRoute } from '../check-route.ts';
import type { Roles } from '../roles.ts';
import { createTenant } from '../support/factories.ts';

const nobody = '/v1/webhooks/hook_01jd3x5qf8e5v9b1m2n3p4q5r6';
const malformed = (suffix = '') => [
  `/v1/webhooks/1${suffix}`,
  `/v1/webhooks/key_01jd3x5qf8e5v9b1m2n3p4q5r6${suffix}`,
];

/** The path of a webhook of another team. */
const foreign =
  (suffix = '') =>
  async ({ database }: Roles): Promise<string> => {
    const { teamId } = await createTenant(database.db);
    const id = createId();
    const url = 'https://example.com/';
    await database.db
      .insertInto('webhooks')
      .values({ id, team_id: teamId, url, events: ['*'], sealed_secret: 'x' })
      .execute();
    return `/v1/webhooks/${formatId('webhook', id)}${suffix}`;
  };

export const webhookRoutes: readonly CheckedRoute[] = [
  { method: 'GET', path: '/v1/webhooks', action: 'webhooks.read' },
  { method: 'GET', path: '/v1/webhook-events', action: 'webhooks.read' },
  {
    method: 'POST',
    path: '/v1/webhooks',
    json: { url: 'https://example.com/hook' },
    action: 'webhooks.write',
  },
  {
    method: 'PATCH',
    path: nobody,
    json: { enabled: false },
    action: 'webhooks.write',
    malformed: malformed(),
    foreign: foreign(),
  },
  {
    method: 'DELETE',
    path: nobody,
    action: 'webhooks.write',
    malformed: malformed(),
    foreign: foreign(),
  },
  {
    method: 'POST',
    path: `${nobody}/ping`,
    action: 'webhooks.write',
    malformed: malformed('/ping'),
    foreign: foreign('/ping'),
  },
  {
    method: 'GET',
    path: `${nobody}/deliveries`,
    action: 'webhooks.read',
    malformed: [...malformed('/deliveries'), `${nobody}/deliveries?limit=0`],
    foreign: foreign('/deliveries'),
  },
];
