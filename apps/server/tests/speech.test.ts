import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { timestampsSchema } from '../src/domains/synthesis/index.ts';
import { newlyBooked } from './books.ts';
import { bytesOf, call } from './call.ts';
import { freshText } from './fresh-text.ts';
import { Roles } from './roles.ts';
import { eventually } from './support/eventually.ts';
import { createTenant } from './support/factories.ts';

let roles: Roles;

beforeAll(async () => {
  roles = await Roles.prepare();
  await roles.startAll();
});

afterAll(() => roles?.stop());

const longText = Array.from(
  { length: 40 },
  (_, n) => `This is sentence number ${n + 1} of a text that takes a while to say.`,
).join(' ');

describe('POST /v1/generate', () => {
  test('answers a finished WAV that says what made it', async () => {
    const text = 'Hello from VoiceFlow.';
    const response = await call(roles, '/v1/generate', { json: { text } });
    const wav = await bytesOf(response);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('audio/wav');
    expect(response.headers.get('x-voiceflow-characters')).toBe('21');
    expect(response.headers.get('x-voiceflow-cache')).toBe('miss');
    expect(wav.toString('latin1', 0, 4)).toBe('RIFF');
    expect(wav.readUInt32LE(4)).toBe(wav.length - 8);
    const seconds = Number(response.headers.get('x-voiceflow-audio-duration'));
    const dataAt = wav.indexOf('data');
    expect(wav.readUInt32LE(dataAt + 4) / 2 / 24_000).toBeCloseTo(seconds, 2);
    expect(wav.toString('latin1')).toContain(response.headers.get('x-request-id') ?? '?');
    expect(wav.toString('latin1')).toContain('AI-generated');
    expect(wav.toString('latin1')).toContain('model Kokoro-82M (');
  });

  test('a form, the unversioned path and blanks around the text make no difference', async () => {
    const text = freshText();
    const first = await bytesOf(await call(roles, '/v1/generate', { json: { text } }));
    const form = await call(roles, '/generate', { form: { text: `  ${text}\n`, speed: '1.0' } });
    expect(form.headers.get('x-voiceflow-cache')).toBe('hit');
    expect(await bytesOf(form)).toEqual(first);
  });

  test.each([
    ['wav', 48_000, 'audio/wav', 'RIFF'],
    ['mp3', 24_000, 'audio/mpeg', 'ID3'],
    ['opus', 24_000, 'audio/ogg; codecs=opus', 'OggS'],
    ['flac', 16_000, 'audio/flac', 'fLaC'],
    ['aac', 24_000, 'audio/aac', ''],
    ['pcm', 8000, 'audio/pcm', ''],
    ['mulaw', 8000, 'audio/PCMU', ''],
    ['alaw', 8000, 'audio/PCMA', ''],
  ])('speaks %s at %i Hz', async (format, sample_rate, contentType, magic) => {
    const json = { text: 'One two three.', format, sample_rate };
    const response = await call(roles, '/v1/generate', { json });
    const bytes = await bytesOf(response);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(contentType);
    expect(bytes.toString('latin1', 0, magic.length)).toBe(magic);
    expect(bytes.length).toBeGreaterThan(2000);
  });

  test('a foreign voice reads English and says so', async () => {
    const json = { text: 'Good morning.', voice: 'ff_siwis' };
    const response = await call(roles, '/v1/generate', { json });
    await bytesOf(response);
    expect(response.status).toBe(200);
    expect(response.headers.get('warning')).toMatch(/^299 .*fr-FR/);
  });

  test('twins in flight are computed once, and each is on the books', async () => {
    const json = { text: freshText() };
    const booked = await newlyBooked(roles, async () => {
      const answers = await Promise.all([1, 2, 3].map(() => call(roles, '/v1/generate', { json })));
      const bodies = await Promise.all(answers.map(bytesOf));
      expect(bodies[1]).toEqual(bodies[0]);
      expect(bodies[2]).toEqual(bodies[0]);
      const caches = answers.map((answer) => answer.headers.get('x-voiceflow-cache')).sort();
      expect(caches).toEqual(['joined', 'joined', 'miss']);
    });
    expect(booked.map(({ counted }) => counted)).toEqual(Array(3).fill(json.text.length));
    expect(booked.filter(({ computeSeconds }) => computeSeconds > 0)).toHaveLength(1);
  });

  test('another team never gets an answer from this one', async () => {
    const other = await createTenant(roles.database.db);
    const json = { text: freshText() };
    await bytesOf(await call(roles, '/v1/generate', { json }));
    const theirs = await call(roles, '/v1/generate', { json, key: other.key.key });
    await bytesOf(theirs);
    expect(theirs.headers.get('x-voiceflow-cache')).toBe('miss');
  });

  test('an X-Request-Id is taken when it is well formed, else replaced', async () => {
    const send = (id: string) =>
      call(roles, '/v1/voices?limit=1', { headers: { 'x-request-id': id } });
    expect((await send('my-id.42')).headers.get('x-request-id')).toBe('my-id.42');
    expect((await send('<script>')).headers.get('x-request-id')).toMatch(/^req_[0-9a-f]{32}$/);
    expect((await send('a'.repeat(129))).headers.get('x-request-id')).toMatch(/^req_/);
  });
});

describe('Idempotency-Key', () => {
  test('a retry gives the same bytes and counts once', async () => {
    const json = { text: freshText() };
    const headers = { 'idempotency-key': randomUUID() };
    const booked = await newlyBooked(roles, async () => {
      const first = await bytesOf(await call(roles, '/v1/generate', { json, headers }));
      const retry = await call(roles, '/v1/generate', { json, headers });
      expect(retry.headers.get('idempotency-replayed')).toBe('true');
      expect(await bytesOf(retry)).toEqual(first);
    });
    expect(booked).toHaveLength(1);
    expect(booked[0]).toMatchObject({ status: 'completed', counted: json.text.length });
  });

  test('retries at the same moment count once', async () => {
    const json = { text: freshText() };
    const headers = { 'idempotency-key': randomUUID() };
    const booked = await newlyBooked(roles, async () => {
      const bodies = await Promise.all(
        [1, 2, 3].map(async () => bytesOf(await call(roles, '/v1/generate', { json, headers }))),
      );
      expect(new Set(bodies.map((body) => body.toString('base64'))).size).toBe(1);
    });
    expect(booked).toHaveLength(1);
  });

  test('another body or another route under the same key is refused', async () => {
    const json = { text: freshText() };
    const headers = { 'idempotency-key': randomUUID() };
    await bytesOf(await call(roles, '/v1/generate', { json, headers }));
    const otherBody = { json: { text: freshText() }, headers };
    for (const response of [
      await call(roles, '/v1/generate', otherBody),
      await call(roles, '/v1/generate/stream', { json, headers }),
    ]) {
      expect(response.status).toBe(422);
      expect(await response.json()).toMatchObject({ code: 'idempotency_key_reused' });
    }
  });

  test('what a cancelled attempt counted is not counted again', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const json = { text: `${freshText()} ${longText.slice(0, 259)}` };
    const booked = await newlyBooked(roles, async () => {
      const gone = new AbortController();
      const response = await call(roles, '/v1/generate/stream', {
        json,
        headers,
        signal: gone.signal,
      });
      await response.body?.getReader().read();
      gone.abort();
      await eventually(async () => expect(await newlyCancelled()).toBe(true));
      await bytesOf(await call(roles, '/v1/generate/stream', { json, headers }));
    });
    const [cancelled, completed] = booked;
    expect(cancelled?.status).toBe('cancelled');
    expect(cancelled?.counted).toBeGreaterThan(0);
    expect(completed?.status).toBe('completed');
    expect((cancelled?.counted ?? 0) + (completed?.counted ?? 0)).toBe(json.text.length);
  });

  async function newlyCancelled(): Promise<boolean> {
    const { db } = roles.database;
    const found = await db
      .selectFrom('idempotency_keys')
      .select('key')
      .where('characters_counted', '>', 0)
      .where('completed_at', 'is', null)
      .executeTakeFirst();
    return found !== undefined;
  }
});

describe('POST /v1/generate/stream', () => {
  test('the first bytes come long before the last, and make a WAV of unknown length', async () => {
    const response = await call(roles, '/v1/generate/stream', {
      json: { text: longText.slice(0, 300) },
    });
    expect(response.headers.get('transfer-encoding')).toBe('chunked');
    let chunks = 0;
    let bytes = 0;
    let first: Buffer | undefined;
    for await (const chunk of response.body ?? []) {
      first ??= Buffer.from(chunk);
      chunks += 1;
      bytes += chunk.length;
    }
    expect(first?.toString('latin1', 0, 4)).toBe('RIFF');
    expect(chunks).toBeGreaterThan(1);
    expect(first?.length).toBeLessThan(bytes / 3);
  });

  test('the work stops within a piece when the caller goes away, and is cancelled on the books', async () => {
    const text = `${freshText()} ${longText}`;
    const booked = await newlyBooked(roles, async () => {
      const gone = new AbortController();
      const response = await call(roles, '/v1/generate/stream', {
        json: { text, format: 'mp3' },
        signal: gone.signal,
      });
      await response.body?.getReader().read();
      gone.abort();
      // The worker computes one job at a time: this one is only answered once the other stopped.
      await bytesOf(await call(roles, '/v1/generate', { json: { text: freshText() } }));
    });
    const cancelled = booked.find(({ status }) => status === 'cancelled');
    expect(cancelled?.counted).toBeGreaterThan(0);
    expect(cancelled?.counted).toBeLessThan(text.length / 3);
    expect(cancelled?.computeSeconds).toBeGreaterThan(0);
  });
});

describe('POST /v1/generate/with-timestamps', () => {
  test('words stand where they are written and are heard in order', async () => {
    const text = '  Costs $3.50 on 2 May.';
    const response = await call(roles, '/v1/generate/with-timestamps', { json: { text } });
    const speech = timestampsSchema.parse(await response.json());
    const whole = await call(roles, '/v1/generate', { json: { text } });
    expect(Buffer.from(speech.audio, 'base64')).toEqual(await bytesOf(whole));
    expect(speech.normalized_text).toContain('three dollars and fifty cents');
    expect(speech.duration_seconds).toBeCloseTo(
      Number(whole.headers.get('x-voiceflow-audio-duration')),
      2,
    );
    let last = 0;
    for (const word of speech.words) {
      expect(text.slice(word.start_char, word.end_char)).toBe(word.text);
      expect(word.start_seconds).toBeGreaterThanOrEqual(last);
      expect(word.end_seconds).toBeGreaterThan(word.start_seconds);
      last = word.start_seconds;
    }
    expect(last).toBeLessThan(speech.duration_seconds);
    expect(speech.words.map(({ text }) => text)).toContain('$3.50');
  });
});

describe('voices', () => {
  const pageSchema = z.object({
    data: z.array(z.object({ id: z.string(), language: z.string(), gender: z.string() })),
    next_cursor: z.string().nullable(),
  });

  test('all 54, page by page', async () => {
    const ids: string[] = [];
    let cursor = '';
    do {
      const query = cursor ? `&cursor=${cursor}` : '';
      const page = pageSchema.parse(
        await (await call(roles, `/v1/voices?limit=20${query}`)).json(),
      );
      ids.push(...page.data.map(({ id }) => id));
      cursor = page.next_cursor ?? '';
    } while (cursor);
    expect(ids).toHaveLength(54);
    expect(ids).toEqual([...new Set(ids)].sort());
  });

  test('filters by language and gender', async () => {
    const query = '/v1/voices?language=en-GB&gender=female';
    const { data } = pageSchema.parse(await (await call(roles, query)).json());
    expect(data.map(({ id }) => id)).toEqual(['bf_alice', 'bf_emma', 'bf_isabella', 'bf_lily']);
    const all = pageSchema.parse(await (await call(roles, '/v1/voices?language=en')).json());
    expect(new Set(all.data.map(({ language }) => language))).toEqual(new Set(['en-US', 'en-GB']));
  });

  test('a preview is spoken, kept, and on nobody’s books', async () => {
    const booked = await newlyBooked(roles, async () => {
      const first = await call(roles, '/v1/voices/bm_george/preview');
      expect(first.headers.get('content-type')).toBe('audio/mpeg');
      const again = await call(roles, '/v1/voices/bm_george/preview');
      expect(await bytesOf(again)).toEqual(await bytesOf(first));
    });
    expect(booked).toEqual([]);
  });
});
