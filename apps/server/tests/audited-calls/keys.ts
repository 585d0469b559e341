import { formatId } from '../../src/platform/ids.ts';
import { createTenant } from '../support/factories.ts';
import type { AuditedCalls } from './changing-call.ts';

export const keyCalls: AuditedCalls = ({ database: { db } }) => ({
  async 'POST /v1/keys'() {
    const tenant = await createTenant(db);
    return { credential: tenant.key.key, body: { name: 'Production' } };
  },
  async 'PATCH /v1/keys/:id'() {
    const tenant = await createTenant(db);
    const path = `/v1/keys/${formatId('key', tenant.key.id)}`;
    return { credential: tenant.key.key, path, body: { name: 'Renamed' } };
  },
  async 'DELETE /v1/keys/:id'() {
    const tenant = await createTenant(db);
    const path = `/v1/keys/${formatId('key', tenant.key.id)}`;
    return { credential: tenant.key.key, path };
  },
});
