import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTenant, createTestContext, type Tenant } from '../../../tests/support/factories.ts';
import { createTestDatabase, type TestDatabase } from '../../../tests/support/test-database.ts';
import { TestSynthesis } from '../../../tests/support/test-synthesis.ts';
import { createId } from '../../platform/ids.ts';
import { LiveBooks } from './live-books.ts';

let database: TestDatabase;
let synthesis: TestSynthesis;
let tenant: Tenant;

beforeAll(async () => {
  database = await createTestDatabase();
  synthesis = await TestSynthesis.open(database.db);
  tenant = await createTenant(database.db);
});
afterAll(async () => {
  await synthesis?.close();
  await database?.close();
});

it('puts a text on the books once, and nothing that was never said', async () => {
  const actor = tenant.asKey();
  const ctx = createTestContext(database.db, { actor });
  const spec = {
    text: '',
    voice: 'af_heart',
    speed: 1,
    locale: 'en-US',
    format: 'pcm',
    sampleRate: 24_000,
  } as const;
  const open = () =>
    new LiveBooks(synthesis.services, ctx, { actor, generationId: createId(), spec });
  const said = open();
  said.add({ characters: 5, audioSeconds: 1, computeSeconds: 0.5 });
  said.add({ characters: 7, audioSeconds: 2, computeSeconds: 0 });
  await said.complete();
  await said.giveUp();
  await open().giveUp();
  const events = await database.db
    .selectFrom('usage_events')
    .select(['characters', 'audio_seconds', 'status'])
    .execute();
  expect(events).toEqual([{ characters: 12, audio_seconds: 3, status: 'completed' }]);
});
