import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { problemSchema } from '../src/platform/http/index.ts';
import type { JobHandler } from '../src/platform/queue/index.ts';
import { call } from './call.ts';
import { freshText } from './fresh-text.ts';
import { Roles } from './roles.ts';
import { eventually } from './support/eventually.ts';
import { createTenant, type Tenant } from './support/factories.ts';
import { type StandInWorker, serveStandIn } from './support/stand-in-worker.ts';
import { speak } from './support/test-synthesis.ts';
import { untilAborted } from './support/until-aborted.ts';

/** What the worker of these tests does. */
let handler: JobHandler;
const held = new Set<() => void>();
let taken = 0;

/** Takes a job and keeps the worker busy until it is let go or cancelled. */
const hold: JobHandler = async function* (_payload, signal) {
  taken += 1;
  const letGo = new Promise<void>((resolve) => held.add(resolve));
  await Promise.race([letGo, untilAborted(signal)]);
  yield* speak();
};

/** An api whose only worker is this test. */
class LoadedServer {
  readonly roles: Roles;
  readonly worker: StandInWorker;

  private constructor(roles: Roles) {
    this.roles = roles;
    this.worker = serveStandIn(roles, (payload, signal) => handler(payload, signal));
  }

  static async start(settings: Record<string, string>): Promise<LoadedServer> {
    const roles = await Roles.prepare(settings);
    await roles.startApi();
    const server = new LoadedServer(roles);
    await roles.ready();
    return server;
  }

  async stop(): Promise<void> {
    await this.worker.close(0);
    await this.roles.stop();
  }

  async createTeam(plan: 'free' | 'pro' | 'enterprise'): Promise<Tenant> {
    const { db } = this.roles.database;
    const tenant = await createTenant(db);
    await db.updateTable('teams').set({ plan }).where('id', '=', tenant.teamId).execute();
    return tenant;
  }

  generate(tenant: Tenant, text = freshText(), signal?: AbortSignal): Promise<Response> {
    return call(this.roles, '/v1/generate', {
      key: tenant.key.key,
      json: { text },
      ...(signal ? { signal } : {}),
    });
  }

  /** Keeps the worker busy with a speech. */
  async occupy(): Promise<{ answer: Promise<Response> }> {
    const answer = this.generate(await this.createTeam('enterprise'));
    await eventually(() => expect(taken).toBe(1));
    return { answer };
  }

  generationsOf({ teamId }: Tenant) {
    return this.roles.database.db
      .selectFrom('generations')
      .select(['status', 'error_code', 'characters'])
      .where('team_id', '=', teamId)
      .execute();
  }

  async deadLetterOf({ teamId }: Tenant) {
    const query = this.roles.database.db
      .selectFrom('dead_letters')
      .select(['payload', 'failures'])
      .where('team_id', '=', teamId);
    const letters = await eventually(async () => {
      const rows = await query.execute();
      expect(rows).toHaveLength(1);
      return rows;
    });
    const [{ payload, failures } = { payload: '', failures: '' }] = letters;
    return { payload: JSON.parse(payload), failures: JSON.parse(failures) };
  }
}

beforeEach(() => {
  handler = hold;
  taken = 0;
});

afterEach(letGo);

function letGo(): void {
  for (const go of held) go();
  held.clear();
}

async function problemOf(answer: Promise<Response>) {
  const response = await answer;
  const retryAfter = Number(response.headers.get('retry-after'));
  return { ...problemSchema.parse(await response.json()), retryAfter };
}

/** Of several, the one that is answered while others wait. */
async function firstRefused(answers: readonly Promise<Response>[]) {
  const index = await Promise.race(
    answers.map(async (answer, index) => {
      await answer;
      return index;
    }),
  );
  const answer = answers[index];
  if (!answer) throw new Error('nothing was asked');
  return { index, ...(await problemOf(answer)) };
}

describe('with room for few', () => {
  let server: LoadedServer;
  beforeAll(async () => {
    server = await LoadedServer.start({ CONCURRENCY_FREE: '2', QUEUE_MAX_WAITING: '2' });
  });
  afterAll(() => server?.stop());

  test('a team has as many speeches under way as its plan allows; equal ones count once', async () => {
    const tenant = await server.createTeam('free');
    const texts = [freshText(), freshText(), freshText()];
    const answers = texts.map((text) => server.generate(tenant, text));
    const refused = await firstRefused(answers);
    expect(refused).toMatchObject({ status: 429, code: 'concurrency_limit_exceeded' });
    expect(refused.detail).toContain('2 requests');
    expect(refused.retryAfter).toBeGreaterThanOrEqual(1);
    const [under] = texts.filter((_, index) => index !== refused.index);
    const twin = server.generate(tenant, under);
    handler = speak;
    letGo();
    const statuses = await Promise.all([...answers, twin].map(async (each) => (await each).status));
    expect(statuses.sort()).toEqual([200, 200, 200, 429]);
    expect((await server.generate(tenant)).status).toBe(200);
  });

  test('a full queue sheds the lowest plan, and takes a higher one in its place', async () => {
    const occupied = await server.occupy();
    const poor = [await server.createTeam('free'), await server.createTeam('free')];
    const waiting = [...poor, ...poor].slice(1).map((tenant) => server.generate(tenant));
    const refused = await firstRefused(waiting);
    expect(refused).toMatchObject({ status: 503, code: 'overloaded' });
    expect(refused.retryAfter).toBeGreaterThanOrEqual(1);
    waiting.splice(refused.index, 1);
    const higher = server.generate(await server.createTeam('pro'));
    const shed = await Promise.race(waiting);
    expect(shed.status).toBe(503);
    handler = speak;
    letGo();
    expect((await higher).status).toBe(200);
    expect((await occupied.answer).status).toBe(200);
    const statuses = (await Promise.all(waiting)).map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, 503]);
  });

  test('a caller who leaves while waiting makes room', async () => {
    const occupied = await server.occupy();
    const tenant = await server.createTeam('free');
    const gone = new AbortController();
    const waiting = [1, 2, 3].map(() => server.generate(tenant, freshText(), gone.signal));
    expect((await firstRefused(waiting)).status).toBe(429);
    gone.abort();
    const outcomes = (await Promise.allSettled(waiting)).map(({ status }) => status);
    expect(outcomes.sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
    handler = speak;
    letGo();
    await eventually(async () => expect((await server.generate(tenant)).status).toBe(200));
    expect((await occupied.answer).status).toBe(200);
  });

  test('a speech that fails three times is kept for the operator and not charged', async () => {
    const tenant = await server.createTeam('free');
    handler = async function* () {
      yield { type: 'event', event: 'words', data: [] };
      const made = { sourceEnd: 5, audioSeconds: 1, computeSeconds: 1 };
      yield { type: 'event', event: 'progress', data: made };
      throw new Error('the model \u0000 broke');
    };
    const made = await call(server.roles, '/v1/keys', {
      key: tenant.key.key,
      json: { name: 'Budgeted', monthly_characters: 1_000, monthly_generations: 10 },
    });
    const { id, key } = z.object({ id: z.string(), key: z.string() }).parse(await made.json());
    const answer = call(server.roles, '/v1/generate', { key, json: { text: freshText() } });
    const problem = await problemOf(answer);
    expect(problem).toMatchObject({ status: 500, code: 'synthesis_failed' });
    expect(await server.generationsOf(tenant)).toEqual([
      { status: 'failed', error_code: 'synthesis_failed', characters: 0 },
    ]);
    const budget = await call(server.roles, `/v1/keys/${id}/budget`, { key: tenant.key.key });
    expect(await budget.json()).toMatchObject({
      characters: { used: 0 },
      generations: { used: 0 },
    });
    expect((await server.deadLetterOf(tenant)).failures).toMatchObject([
      { cause: 'error', reason: 'Error: the model \u0000 broke' },
      {},
      {},
    ]);
  });

  test('the worker is told whether somebody listens meanwhile', async () => {
    const { key } = (await server.createTeam('free')).key;
    const told: unknown[] = [];
    handler = async function* (payload) {
      told.push(Object(payload).live);
      yield* speak();
    };
    for (const path of ['/v1/generate/stream', '/v1/generate']) {
      await (await call(server.roles, path, { key, json: { text: freshText() } })).arrayBuffer();
    }
    expect(told).toEqual([true, false]);
  });

  test('a stream of events that fails in the middle ends with the problem, and is not charged', async () => {
    const tenant = await server.createTeam('free');
    handler = async function* () {
      const started = { normalisedText: '', contentType: 'audio/wav', extension: 'wav' };
      yield { type: 'event', event: 'started', data: started };
      yield { type: 'bytes', bytes: Buffer.from('audio') };
      throw new Error('the model broke');
    };
    const answer = await call(server.roles, '/v1/generate/stream', {
      key: tenant.key.key,
      json: { text: freshText() },
      headers: { accept: 'text/event-stream' },
    });
    expect(answer.status).toBe(200);
    const [audio, problem] = (await answer.text()).trimEnd().split('\n\n').slice(-2);
    expect(audio).toContain('event: audio');
    const [event, data = ''] = problem?.split('\ndata: ') ?? [];
    expect(event).toBe('event: error');
    expect(JSON.parse(data)).toMatchObject({
      status: 500,
      code: 'synthesis_failed',
      request_id: answer.headers.get('x-request-id'),
    });
    await eventually(async () =>
      expect(await server.generationsOf(tenant)).toEqual([
        { status: 'failed', error_code: 'synthesis_failed', characters: 0 },
      ]),
    );
  });
});

describe('with little time', () => {
  let server: LoadedServer;
  beforeAll(async () => {
    server = await LoadedServer.start({
      QUEUE_TIMEOUT_SECONDS: '1',
      SYNTHESIS_TIMEOUT_SECONDS: '1',
    });
  });
  afterAll(() => server?.stop());

  test('a speech that computes for too long is stopped, kept for the operator, not charged', async () => {
    const tenant = await server.createTeam('free');
    const text = freshText();
    const problem = await problemOf(server.generate(tenant, text));
    expect(problem).toMatchObject({ status: 504, code: 'synthesis_timeout' });
    expect(await server.generationsOf(tenant)).toEqual([
      { status: 'failed', error_code: 'synthesis_timeout', characters: 0 },
    ]);
    expect((await server.deadLetterOf(tenant)).payload).toMatchObject({ spec: { text } });
  });

  test('a wait that takes too long says how far it came, and counts nothing', async () => {
    await server.worker.close(0);
    const tenant = await server.createTeam('pro');
    const problem = await problemOf(server.generate(tenant));
    expect(problem).toMatchObject({ status: 504, code: 'queue_timeout' });
    expect(problem.detail).toContain('place 1 of the queue');
    expect(problem.retryAfter).toBeGreaterThanOrEqual(1);
    expect(await server.generationsOf(tenant)).toEqual([]);
  });
});
