import { afterAll, describe, expect, it } from 'vitest';
import { createTenant, createTestContext, ManualClock } from '../../../tests/support/factories.ts';
import { createTestDatabase } from '../../../tests/support/test-database.ts';
import { AccessRecorder } from './access-recorder.ts';
import { serverChain } from './chain.ts';

const { db, close } = await createTestDatabase();
afterAll(close);

const from = (ip: string) => ({ ip, userAgent: 'curl/8', requestId: `req_${ip}` });

async function eventsOf(teamId: string, eventType: string) {
  return db
    .selectFrom('audit_log')
    .select(['ip_address', 'details', 'actor_kind', 'actor_id', 'success', 'request_id'])
    .where('team_id', '=', teamId)
    .where('event_type', '=', eventType)
    .orderBy('sequence')
    .execute();
}

describe('AccessRecorder', () => {
  it('records a refused key at once, and how many more came from the address', async () => {
    const recorder = new AccessRecorder(createTestContext(db));
    const before = await eventsOf(serverChain, 'authentication.failed');
    for (let attempt = 1; attempt <= 1000; attempt += 1) recorder.keyRefused(from('198.51.100.1'));
    recorder.keyRefused(from('198.51.100.2'));
    recorder.endWindow();
    recorder.keyRefused(from('198.51.100.1'));
    await recorder.close();
    const events = (await eventsOf(serverChain, 'authentication.failed')).slice(before.length);
    const told = events.map(({ ip_address, details }) => `${ip_address} ${details.attempts}`);
    expect(told.sort()).toEqual([
      '198.51.100.1 1',
      '198.51.100.1 1',
      '198.51.100.1 999',
      '198.51.100.2 1',
    ]);
    expect(events[0]).toMatchObject({
      actor_kind: 'anonymous',
      success: false,
      request_id: expect.stringContaining('req_198'),
    });
  });

  it('writes no more for a flood from ever new addresses', async () => {
    const recorder = new AccessRecorder(createTestContext(db));
    const before = await eventsOf(serverChain, 'authentication.failed');
    for (let index = 0; index < 5000; index += 1) {
      recorder.keyRefused(from(`2001:db8::${index.toString(16)}`));
    }
    await recorder.close();
    const events = (await eventsOf(serverChain, 'authentication.failed')).slice(before.length);
    expect(events).toHaveLength(51);
    const attempts = events.map(({ details }) => Number(details.attempts));
    expect(attempts.reduce((sum, count) => sum + count)).toBe(5000);
  });

  it("records a key's first use of a day from an address, for its team", async () => {
    const clock = new ManualClock();
    const recorder = new AccessRecorder(createTestContext(db, { clock }));
    const tenant = await createTenant(db);
    const use = (ip: string) => recorder.admitted(tenant.asKey(), from(ip));
    for (const ip of ['192.0.2.1', '192.0.2.2', '192.0.2.1', '192.0.2.1']) use(ip);
    clock.advance(24 * 60 * 60 * 1000);
    use('192.0.2.1');
    await recorder.close();
    const events = await eventsOf(tenant.teamId, 'api_key.used');
    expect(events.map((event) => event.ip_address).sort()).toEqual([
      '192.0.2.1',
      '192.0.2.1',
      '192.0.2.2',
    ]);
    expect(events[0]).toMatchObject({ actor_kind: 'key', actor_id: tenant.key.id, success: true });
  });

  it('bounds what one key can record from ever new addresses', async () => {
    const recorder = new AccessRecorder(createTestContext(db));
    const tenant = await createTenant(db);
    for (let index = 0; index < 500; index += 1) {
      recorder.admitted(tenant.asKey(), from(`2001:db8::${index.toString(16)}`));
    }
    await recorder.close();
    expect(await eventsOf(tenant.teamId, 'api_key.used')).toHaveLength(100);
  });

  it('records nothing for people, and outlives a database that is gone', async () => {
    const tenant = await createTenant(db);
    const { db: closed, close } = await createTestDatabase();
    await close();
    const recorder = new AccessRecorder(createTestContext(closed));
    recorder.admitted(tenant.asUser(), from('192.0.2.1'));
    recorder.keyRefused(from('192.0.2.1'));
    await recorder.close();
    expect(await eventsOf(tenant.teamId, 'api_key.used')).toEqual([]);
  });
});
