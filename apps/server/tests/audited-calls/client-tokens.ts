import { createTenant } from '../support/factories.ts';
import type { AuditedCalls } from './changing-call.ts';

export const clientTokenCalls: AuditedCalls = ({ database: { db } }) => ({
  async 'POST /v1/client-tokens'() {
    const tenant = await createTenant(db);
    return { credential: tenant.key.key, body: { origin: 'https://app.example.com' } };
  },
});
