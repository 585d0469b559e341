import { randomUUID } from 'node:crypto';
import { formatId } from '../../src/platform/ids.ts';
import type { AccountApp } from '../account-app.ts';
import { logInOperator } from '../operator.ts';
import type { AuditedCalls } from './changing-call.ts';

export const deadLetterCalls: AuditedCalls = (server) => ({
  async 'POST /v1/operator/dead-letters/:id/replay'() {
    const credential = await logInOperator(server);
    return { credential, path: `${await createLetter(server)}/replay` };
  },
  async 'DELETE /v1/operator/dead-letters/:id'() {
    const credential = await logInOperator(server);
    return { credential, path: await createLetter(server) };
  },
  async 'DELETE /v1/operator/dead-letters'() {
    return { credential: await logInOperator(server) };
  },
});

/** The path of a letter about a voice's preview. */
async function createLetter({ database, clock }: AccountApp): Promise<string> {
  const id = randomUUID();
  const now = clock.now();
  const spec = {
    text: 'Hello.',
    voice: 'af_heart',
    speed: 1,
    locale: 'en-US',
    format: 'mp3',
    sampleRate: 24_000,
  };
  await database.db
    .insertInto('dead_letters')
    .values({
      id,
      team_id: null,
      tier: 'paid',
      payload: JSON.stringify({ spec, requestId: 'preview-af_heart' }),
      failures: JSON.stringify([{ cause: 'error', reason: 'broken', failedAtMs: now.getTime() }]),
      queued_at: now,
      died_at: now,
    })
    .execute();
  return `/v1/operator/dead-letters/${formatId('deadLetter', id)}`;
}
