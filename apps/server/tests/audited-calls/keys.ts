import { noticeExpiringKeys, rotateKey } from '../../src/domains/keys/index.ts';
import { formatId } from '../../src/platform/ids.ts';
import { createTenant, createTestContext, ManualClock } from '../support/factories.ts';
import type { AuditedCalls } from './changing-call.ts';

const dayMs = 24 * 60 * 60 * 1000;

export const keyCalls: AuditedCalls = (server) => {
  const {
    database: { db },
    clock,
  } = server;
  return {
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
    async 'POST /v1/keys/:id/reveal-successor'() {
      const credential = (await createTenant(db)).key.key;
      const body = { name: 'By itself', lifetime_days: 30, auto_rotate: true };
      const made = await server.post('/v1/keys', { accessToken: credential, body });
      const shortBefore = new ManualClock(new Date(clock.now().getTime() + 20 * dayMs));
      const ctx = createTestContext(db, { clock: shortBefore });
      await noticeExpiringKeys(ctx, { box: server.box, publicUrl: 'https://voice.example.com' });
      return { credential, path: `/v1/keys/${made.json().id}/reveal-successor` };
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
  };
};
