import { rotateKey } from '../../src/domains/keys/index.ts';
import { formatId } from '../../src/platform/ids.ts';
import { createTenant, createTestContext } from '../support/factories.ts';
import type { AuditedCalls } from './changing-call.ts';

export const keyCalls: AuditedCalls = ({ database: { db }, clock }) => ({
  async 'POST /v1/keys'() {
    const tenant = await createTenant(db);
    return { credential: tenant.key.key, body: { name: 'Production' } };
  },
  async 'PATCH /v1/keys/:id'() {
    const tenant = await createTenant(db);
    const path = `/v1/keys/${formatId('key', tenant.key.id)}`;
    return { credential: tenant.key.key, path, body: { name: 'Renamed' } };
  },
  async 'POST /v1/keys/:id/rotate'() {
    const tenant = await createTenant(db);
    const path = `/v1/keys/${formatId('key', tenant.key.id)}/rotate`;
    return { credential: tenant.key.key, path, body: { overlap_hours: 1 } };
  },
  async 'DELETE /v1/keys/:id/previous-secret'() {
    const tenant = await createTenant(db);
    const ctx = createTestContext(db, { actor: tenant.asUser(), clock });
    const id = formatId('key', tenant.key.id);
    const { key } = await rotateKey({ ctx, input: { id, overlap_hours: 1 } });
    return { credential: key, path: `/v1/keys/${id}/previous-secret` };
  },
  async 'POST /v1/keys/report-leak'() {
    const tenant = await createTenant(db);
    return { body: { reports: [{ key: tenant.key.key }] } };
  },
  async 'DELETE /v1/keys/:id'() {
    const tenant = await createTenant(db);
    const path = `/v1/keys/${formatId('key', tenant.key.id)}`;
    return { credential: tenant.key.key, path };
  },
});
