import type { AccountApp } from '../account-app.ts';
import { createTenant } from '../support/factories.ts';
import type { AuditedCalls } from './changing-call.ts';

const body = { url: 'https://example.com/hook' };

export const webhookCalls: AuditedCalls = (server) => ({
  async 'POST /v1/webhooks'() {
    return { credential: (await createTenant(server.database.db)).key.key, body };
  },
  async 'PATCH /v1/webhooks/:id'() {
    const { credential, path } = await createWebhook(server);
    return { credential, path, body: { events: ['api_key.leaked'] } };
  },
  'DELETE /v1/webhooks/:id': () => createWebhook(server),
  'POST /v1/webhooks/:id/ping': () => createWebhook(server, '/ping'),
});

async function createWebhook(server: AccountApp, suffix = '') {
  const credential = (await createTenant(server.database.db)).key.key;
  const made = await server.post('/v1/webhooks', { accessToken: credential, body });
  return { credential, path: `/v1/webhooks/${made.json().id}${suffix}` };
}
