import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newlyBooked } from './books.ts';
import { bytesOf, call } from './call.ts';
import { freshText } from './fresh-text.ts';
import { Roles } from './roles.ts';

let roles: Roles;
let openai: OpenAI;

beforeAll(async () => {
  roles = await Roles.prepare();
  await roles.startAll();
  openai = new OpenAI({ baseURL: `${roles.url}/v1`, apiKey: roles.key, maxRetries: 0 });
});

afterAll(() => roles?.stop());

describe("OpenAI's own client", () => {
  test.each([
    ['mp3', 'audio/mpeg', 'ID3'],
    ['opus', 'audio/ogg; codecs=opus', 'OggS'],
    ['aac', 'audio/aac', ''],
    ['flac', 'audio/flac', 'fLaC'],
    ['wav', 'audio/wav', 'RIFF'],
    ['pcm', 'audio/pcm', ''],
  ] as const)('gets %s', async (response_format, contentType, magic) => {
    const response = await openai.audio.speech.create({
      model: 'tts-1',
      voice: 'alloy',
      input: 'One two three.',
      response_format,
    });
    const bytes = await bytesOf(response);
    expect(response.headers.get('content-type')).toBe(contentType);
    expect(bytes.toString('latin1', 0, magic.length)).toBe(magic);
    expect(bytes.length).toBeGreaterThan(2000);
  });

  test("speaks with OpenAI's voice names as with our own", async () => {
    const speak = async (voice: string) =>
      bytesOf(
        await openai.audio.speech.create({
          model: 'gpt-4o-mini-tts',
          voice,
          input: 'Same voice.',
          response_format: 'pcm',
        }),
      );
    expect(await speak('onyx')).toEqual(await speak('am_onyx'));
  });

  test('streams events that add up to the audio, with what was used', async () => {
    const request = {
      model: 'gpt-4o-mini-tts',
      voice: 'nova',
      input: 'The first sentence. And then a second one.',
      response_format: 'pcm',
    } as const;
    const booked = await newlyBooked(roles, async () => {
      const response = await openai.audio.speech.create({ ...request, stream_format: 'sse' });
      expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
      const events = (await response.text())
        .split('\n\n')
        .filter(Boolean)
        .map((event) => JSON.parse(event.slice(event.indexOf('data: ') + 6)));
      expect(events.at(-1)).toMatchObject({
        type: 'speech.audio.done',
        usage: { input_tokens: request.input.length },
      });
      const deltas = events.slice(0, -1);
      expect(new Set(deltas.map(({ type }) => type))).toEqual(new Set(['speech.audio.delta']));
      const audio = Buffer.concat(deltas.map(({ audio }) => Buffer.from(audio, 'base64')));
      expect(audio).toEqual(await bytesOf(await openai.audio.speech.create(request)));
    });
    expect(booked.map(({ cache }) => cache)).toEqual(['miss', 'hit']);
  });

  test('says that instructions are not followed', async () => {
    const response = await openai.audio.speech.create({
      model: 'gpt-4o-mini-tts',
      voice: 'sage',
      input: 'Calm down.',
      instructions: 'Whisper.',
    });
    expect(response.headers.get('warning')).toContain('instructions are not followed');
    await bytesOf(response);
  });

  test('lists the models that it may name', async () => {
    const ids: string[] = [];
    for await (const model of openai.models.list()) ids.push(model.id);
    expect(ids).toEqual(['kokoro-82m', 'tts-1', 'tts-1-hd', 'gpt-4o-mini-tts']);
  });

  test.each([
    [{ speed: 4 }, 'speed', 'from 0.5 to 2'],
    [{ voice: 'aloy' }, 'voice', '"alloy"'],
    [{ model: 'whisper-1' }, 'model', 'tts-1'],
    [{ input: ' ' }, 'input', 'blank'],
  ])('understands why %o is refused', async (change, param, message) => {
    const speak = openai.audio.speech.create({
      model: 'tts-1',
      voice: 'alloy',
      input: freshText(),
      ...change,
    });
    await expect(speak).rejects.toBeInstanceOf(OpenAI.BadRequestError);
    await expect(speak).rejects.toMatchObject({ param, message: expect.stringContaining(message) });
  });

  test('understands that its key is wrong', async () => {
    const stranger = new OpenAI({
      baseURL: `${roles.url}/v1`,
      apiKey: 'sk-nothing',
      maxRetries: 0,
    });
    await expect(stranger.models.list()).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
  });
});

test.each([
  [{ input: 'Hi', voice: 'alloy' }, 'model'],
  [{ model: 'tts-1', voice: 'alloy' }, 'input'],
  [{ model: 'tts-1', input: 'Hi' }, 'voice'],
  [{ model: 'tts-1', input: 'Hi', voice: { name: 'x' } }, 'voice'],
  [{ model: 'tts-1', input: 'Hi', voice: 'alloy', response_format: 'midi' }, 'response_format'],
  [{ model: 'tts-1', input: 'Hi', voice: 'alloy', stream_format: 'x' }, 'stream_format'],
  [{ model: 'tts-1', input: 'Hi', voice: 'alloy', language: 'de' }, 'language'],
])('refuses %o', async (json, param) => {
  const response = await call(roles, '/v1/audio/speech', { json });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ param, error: { param } });
});
