import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { deleteExpiredSpeechOrders, timestampsSchema } from '../src/domains/synthesis/index.ts';
import { newlyBooked } from './books.ts';
import { bytesOf, call } from './call.ts';
import { freshText } from './fresh-text.ts';
import { Roles } from './roles.ts';
import { eventually } from './support/eventually.ts';
import { createTenant, createTestContext, ManualClock } from './support/factories.ts';

let roles: Roles;

beforeAll(async () => {
  roles = await Roles.prepare();
  await roles.startAll();
});

afterAll(() => roles?.stop());

const stream = '/v1/generate/stream';
const eventStream = { accept: 'text/event-stream' };

function longText(): string {
  return `${freshText()} The second sentence has a few more words in it. And here ends the third.`;
}

interface Told {
  event: string;
  id: string | undefined;
  data: Record<string, unknown>;
}

function parseEvents(text: string): Told[] {
  return text
    .split('\n\n')
    .filter(Boolean)
    .map((block) => {
      const field = (name: string) => block.match(new RegExp(`^${name}: (.*)$`, 'm'))?.[1];
      return {
        event: field('event') ?? '',
        id: field('id'),
        data: JSON.parse(field('data') ?? ''),
      };
    });
}

const audioSchema = z.object({ audio: z.base64() });

function audioOf(events: readonly Told[]): Buffer {
  return Buffer.concat(
    events
      .filter(({ event }) => event === 'audio')
      .map(({ data }) => Buffer.from(audioSchema.parse(data).audio, 'base64')),
  );
}

const wordsSchema = z.object({ words: timestampsSchema.shape.words });

function wordsOf(events: readonly Told[]) {
  return events
    .filter(({ event }) => event === 'words')
    .flatMap(({ data }) => wordsSchema.parse(data).words);
}

describe('Accept', () => {
  test.each([
    ['audio/mpeg', 'audio/mpeg'],
    ['audio/ogg; codecs=opus', 'audio/ogg; codecs=opus'],
    ['audio/flac;q=0.4, audio/aac;q=0.8, image/png', 'audio/aac'],
    ['application/json, */*;q=0.1', 'audio/wav'],
    ['audio/*', 'audio/wav'],
  ])('%s is answered with %s', async (accept, type) => {
    const answer = await call(roles, stream, { json: { text: 'Well then.' }, headers: { accept } });
    await bytesOf(answer);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe(type);
  });

  test('is overruled by the format in the body', async () => {
    const json = { text: 'Well then.', format: 'flac' };
    const answer = await call(roles, stream, { json, headers: { accept: 'audio/mpeg' } });
    await bytesOf(answer);
    expect(answer.headers.get('content-type')).toBe('audio/flac');
  });

  test('decides which sample rates there are', async () => {
    const json = { text: 'Well then.', sample_rate: 24_000 };
    const answer = await call(roles, stream, { json, headers: { accept: 'audio/PCMU' } });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'unsupported_sample_rate' });
  });

  test('is refused when nothing of it can be made, and what can be is named', async () => {
    for (const accept of ['application/json', 'video/mp4', 'audio/midi;q=0.5']) {
      const answer = await call(roles, stream, { json: { text: 'Hi' }, headers: { accept } });
      expect(answer.status).toBe(406);
      expect(await answer.json()).toMatchObject({
        code: 'not_acceptable',
        param: 'Accept',
        detail: expect.stringContaining('audio/mpeg'),
      });
    }
  });
});

describe('server-sent events', () => {
  test('hold the audio, each word once, the progress and what it came to', async () => {
    const text = `  ${longText()}`;
    const characters = text.trim().length;
    const json = { text, format: 'mp3' };
    const booked = await newlyBooked(roles, async () => {
      const answer = await call(roles, stream, { json, headers: eventStream });
      expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
      const events = parseEvents(await answer.text());
      const generation = answer.headers.get('x-voiceflow-generation-id');
      const whole = await call(roles, '/v1/generate/with-timestamps', { json });
      const speech = timestampsSchema.parse(await whole.json());
      const live = await bytesOf(await call(roles, `/v1/generations/${generation}/stream`));
      expect(audioOf(events)).toEqual(live);
      expect(wordsOf(events)).toEqual(speech.words);
      const progress = events.filter(({ event }) => event === 'progress');
      expect(progress.length).toBeGreaterThan(1);
      const reached = progress.map(({ data }) => Number(data.characters));
      expect(reached).toEqual([...new Set(reached)].toSorted((a, b) => a - b));
      expect(progress.at(-1)?.data).toMatchObject({ characters, total_characters: characters });
      expect(events.at(-1)).toMatchObject({
        event: 'done',
        data: {
          generation_id: generation,
          characters,
          size_bytes: live.length,
          duration_seconds: speech.duration_seconds,
          normalized_text: speech.normalized_text,
          unspoken_words: 0,
        },
      });
      expect(events.map(({ event }) => event)).not.toContain('error');
    });
    // The stream, and the request with times that the cache answered.
    expect(booked.map(({ counted }) => counted)).toEqual([characters, characters]);
  });

  test('tell each word before the audio in which it is heard', async () => {
    const json = { text: longText(), format: 'pcm' };
    const answer = await call(roles, stream, { json, headers: eventStream });
    const events = parseEvents(await answer.text());
    for (const [index, { event, data }] of events.entries()) {
      if (event !== 'words') continue;
      // A word begins a little before the sound of its piece.
      const heardSeconds = audioOf(events.slice(0, index)).length / 48_000;
      for (const { start_seconds } of wordsSchema.parse(data).words) {
        expect(start_seconds).toBeGreaterThan(heardSeconds - 0.1);
      }
    }
  });

  test('go on behind any of them', async () => {
    const answer = await call(roles, stream, { json: { text: longText() }, headers: eventStream });
    const events = parseEvents(await answer.text());
    const generation = answer.headers.get('x-voiceflow-generation-id');
    for (const index of [0, 3, events.length - 1]) {
      const headers = { ...eventStream, 'last-event-id': events[index]?.id ?? '' };
      const rest = await call(roles, `/v1/generations/${generation}/stream`, { headers });
      const resumed = parseEvents(await rest.text());
      const had = events.slice(0, index + 1);
      expect(Buffer.concat([audioOf(had), audioOf(resumed)])).toEqual(audioOf(events));
      expect([...wordsOf(had), ...wordsOf(resumed)]).toEqual(wordsOf(events));
      expect(resumed.at(-1)).toEqual(events.at(-1));
    }
  });

  test('are refused behind what is no event', async () => {
    const answer = await call(roles, stream, { json: { text: longText() }, headers: eventStream });
    await answer.text();
    const path = `/v1/generations/${answer.headers.get('x-voiceflow-generation-id')}/stream`;
    const headers = { ...eventStream, 'last-event-id': 'seven' };
    const refused = await call(roles, path, { headers });
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ code: 'invalid_field', param: 'last-event-id' });
  });
});

describe('GET /v1/generations/{id}/stream', () => {
  async function begin(json: object): Promise<{ path: string; response: Response }> {
    const response = await call(roles, stream, { json });
    const id = response.headers.get('x-voiceflow-generation-id');
    return { path: `/v1/generations/${id}`, response };
  }

  test('goes on from any byte; the range is told, and what lies beyond the end is refused', async () => {
    const { path, response } = await begin({ text: longText(), format: 'pcm' });
    const whole = await bytesOf(response);
    for (const offset of [0, 1, 70_000, whole.length]) {
      const rest = await call(roles, `${path}/stream?offset=${offset}`);
      expect(rest.status).toBe(200);
      expect(await bytesOf(rest)).toEqual(whole.subarray(offset));
    }
    const ranged = await call(roles, `${path}/stream`, { headers: { range: 'bytes=1000-' } });
    expect(ranged.status).toBe(206);
    expect(ranged.headers.get('content-range')).toBe(
      `bytes 1000-${whole.length - 1}/${whole.length}`,
    );
    expect(await bytesOf(ranged)).toEqual(whole.subarray(1000));
    const beyond = await call(roles, `${path}/stream?offset=${whole.length + 1}`);
    expect(beyond.status).toBe(416);
    expect(await beyond.json()).toMatchObject({ code: 'offset_beyond_end', param: 'offset' });
    for (const offset of ['-1', '1.5', 'all']) {
      const refused = await call(roles, `${path}/stream?offset=${offset}`);
      expect(refused.status).toBe(400);
      const detail = expect.stringMatching(/^offset: must be a whole number from 0, not /);
      expect(await refused.json()).toMatchObject({ param: 'offset', detail });
    }
    for (const range of ['bytes=0-99', 'bytes=-5', 'words=1-']) {
      const refused = await call(roles, `${path}/stream`, { headers: { range } });
      expect(refused.status).toBe(400);
      expect(await refused.json()).toMatchObject({ param: 'range' });
    }
  });

  test('what was cut off and resumed counts as a whole, once', async () => {
    const text = `${longText()} ${longText()} ${longText()}`;
    const booked = await newlyBooked(roles, async () => {
      const gone = new AbortController();
      const response = await call(roles, stream, { json: { text }, signal: gone.signal });
      const path = `/v1/generations/${response.headers.get('x-voiceflow-generation-id')}`;
      const first = Buffer.from((await response.body?.getReader().read())?.value ?? []);
      gone.abort();
      const rest = await bytesOf(await call(roles, `${path}/stream?offset=${first.length}`));
      const again = await bytesOf(await call(roles, `${path}/stream`));
      expect(Buffer.concat([first, rest])).toEqual(again);
      await eventually(async () =>
        expect(await (await call(roles, path)).json()).toMatchObject({
          status: 'completed',
          characters: text.length,
          resumable_until: expect.any(String),
        }),
      );
    });
    expect(booked.reduce((sum, { counted }) => sum + counted, 0)).toBe(text.length);
    expect(booked.filter(({ status }) => status === 'completed')).toHaveLength(1);
  });

  test('two who go on with one stream at once count once', async () => {
    const text = longText();
    const booked = await newlyBooked(roles, async () => {
      const { path, response } = await begin({ text });
      const [whole, twin, late] = await Promise.all([
        bytesOf(response),
        call(roles, `${path}/stream`).then(bytesOf),
        call(roles, `${path}/stream?offset=50000`).then(bytesOf),
      ]);
      expect(twin).toEqual(whole);
      expect(late).toEqual(whole.subarray(50_000));
    });
    expect(booked.map(({ counted }) => counted)).toEqual([text.length]);
  });

  test('is open to the team, in its own mode', async () => {
    const { path, response } = await begin({ text: longText() });
    await bytesOf(response);
    const inTestMode = await createTenant(roles.database.db, { mode: 'test' });
    await roles.database.db
      .updateTable('api_keys')
      .set({ team_id: roles.tenant.teamId })
      .where('id', '=', inTestMode.key.id)
      .execute();
    const { key } = inTestMode.key;
    const refused = await call(roles, `${path}/stream`, { key });
    expect(refused.status).toBe(404);
    expect(await refused.json()).toMatchObject({ code: 'generation_not_found' });
  });

  test('a caller’s own key is what its stream counts under', async () => {
    const json = { text: longText() };
    const headers = { 'idempotency-key': randomUUID() };
    const booked = await newlyBooked(roles, async () => {
      const first = await call(roles, stream, { json, headers });
      const whole = await bytesOf(first);
      const again = await call(roles, stream, { json, headers });
      expect(await bytesOf(again)).toEqual(whole);
      for (const answer of [first, again]) {
        const id = answer.headers.get('x-voiceflow-generation-id');
        const rest = await call(roles, `/v1/generations/${id}/stream?offset=44`);
        expect(rest.headers.get('idempotency-replayed')).toBe('true');
        expect(await bytesOf(rest)).toEqual(whole.subarray(44));
      }
    });
    expect(booked).toHaveLength(1);
  });

  test('ends an hour after the stream began; what was completed stays to be looked at', async () => {
    const old = await begin({ text: longText() });
    await bytesOf(old.response);
    // What has not been deleted yet is over as well.
    await roles.database.db
      .updateTable('speech_orders')
      .set({ created_at: new Date(Date.now() - 61 * 60_000) })
      .execute();
    expect((await call(roles, `${old.path}/stream`)).status).toBe(404);
    const { path, response } = await begin({ text: longText() });
    await bytesOf(response);
    const clock = new ManualClock(new Date(Date.now() + 61 * 60_000));
    await deleteExpiredSpeechOrders(createTestContext(roles.database.db, { clock }));
    expect((await call(roles, `${path}/stream`)).status).toBe(404);
    expect(await (await call(roles, path)).json()).toMatchObject({
      status: 'completed',
      resumable_until: null,
    });
  });
});

test('every answer with speech names its generation', async () => {
  for (const path of ['/v1/generate', '/v1/generate/with-timestamps']) {
    const answer = await call(roles, path, { json: { text: freshText(), format: 'mp3' } });
    await answer.arrayBuffer();
    const id = answer.headers.get('x-voiceflow-generation-id');
    expect(await (await call(roles, `/v1/generations/${id}`)).json()).toMatchObject({
      id,
      status: 'completed',
      format: 'mp3',
      resumable_until: null,
    });
    expect((await call(roles, `/v1/generations/${id}/stream`)).status).toBe(404);
  }
});
