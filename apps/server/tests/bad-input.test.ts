import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { explainProblems, problemSchema } from '../src/platform/http/index.ts';
import { type Call, call } from './call.ts';
import { Roles } from './roles.ts';

let roles: Roles;

beforeAll(async () => {
  roles = await Roles.prepare();
  await roles.startAll();
});

afterAll(() => roles?.stop());

const utf8 = (bytes: number[]) => new Uint8Array(bytes);
const jsonType = { 'content-type': 'application/json' };

/** What is sent, then the status, the code and the field that the answer must name. */
const refused: [what: string, request: Call, status: number, code: string, param?: string][] = [
  ['no text', { json: {} }, 400, 'invalid_field', 'text'],
  ['empty text', { json: { text: '' } }, 400, 'text_empty', 'text'],
  ['blank text', { json: { text: ' \n\t\u00a0' } }, 400, 'text_empty', 'text'],
  ['too long a text', { json: { text: 'a'.repeat(5001) } }, 400, 'text_too_long', 'text'],
  ['a text of 100,000', { json: { text: 'a'.repeat(100_001) } }, 400, 'text_too_long', 'text'],
  ['a megabyte of one letter', { json: { text: 'a'.repeat(1e6) } }, 413, 'body_too_large'],
  ['punctuation only', { json: { text: '...!?' } }, 400, 'nothing_to_say', 'text'],
  ['emoji only', { json: { text: '🙂🙂' } }, 400, 'nothing_to_say', 'text'],
  ['a NUL', { json: { text: 'a\u0000b' } }, 400, 'text_malformed', 'text'],
  ['a bell', { json: { text: 'ding\u0007' } }, 400, 'text_malformed', 'text'],
  ['a lone surrogate', { json: { text: 'a \ud800 b' } }, 400, 'text_malformed', 'text'],
  ['a text that is a number', { json: { text: 42 } }, 400, 'invalid_field', 'text'],
  ['a text that is null', { json: { text: null } }, 400, 'invalid_field', 'text'],
  ['an unknown voice', { json: { text: 'Hi', voice: 'af_hart' } }, 400, 'unknown_voice', 'voice'],
  [
    'a voice that is a path',
    { json: { text: 'Hi', voice: '../x' } },
    400,
    'unknown_voice',
    'voice',
  ],
  ['a voice that is a number', { json: { text: 'Hi', voice: 1 } }, 400, 'invalid_field', 'voice'],
  ['a speed over 2', { json: { text: 'Hi', speed: 2.1 } }, 400, 'invalid_field', 'speed'],
  ['a speed of zero', { json: { text: 'Hi', speed: 0 } }, 400, 'invalid_field', 'speed'],
  ['a speed as text', { json: { text: 'Hi', speed: '1' } }, 400, 'invalid_field', 'speed'],
  ['NaN in a form', { form: { text: 'Hi', speed: 'NaN' } }, 400, 'invalid_field', 'speed'],
  ['a hex speed in a form', { form: { text: 'Hi', speed: '0x1' } }, 400, 'invalid_field', 'speed'],
  ['NaN in JSON', { body: '{"text":"Hi","speed":NaN}', headers: jsonType }, 400, 'invalid_json'],
  [
    'an endless speed',
    { body: '{"text":"Hi","speed":1e999}', headers: jsonType },
    400,
    'invalid_field',
    'speed',
  ],
  ['an unknown format', { json: { text: 'Hi', format: 'midi' } }, 400, 'invalid_field', 'format'],
  [
    'an unknown rate',
    { json: { text: 'Hi', sample_rate: 11_025 } },
    400,
    'invalid_field',
    'sample_rate',
  ],
  [
    'a rate that the format lacks',
    { json: { text: 'Hi', format: 'mulaw', sample_rate: 16_000 } },
    400,
    'unsupported_sample_rate',
    'sample_rate',
  ],
  [
    'another language',
    { json: { text: 'Hi', language: 'de-DE' } },
    400,
    'invalid_field',
    'language',
  ],
  ['an unknown field', { json: { text: 'Hi', pitch: 2 } }, 400, 'unknown_field', 'pitch'],
  ['an unknown form field', { form: { text: 'Hi', pitch: '2' } }, 400, 'unknown_field', 'pitch'],
  ['__proto__', { body: '{"text":"Hi","__proto__":{}}', headers: jsonType }, 400, 'invalid_json'],
  ['an array', { json: ['Hi'] }, 400, 'invalid_body'],
  ['no JSON at all', { body: '{"text', headers: jsonType }, 400, 'invalid_json'],
  ['an empty JSON body', { body: '', headers: jsonType }, 400, 'invalid_json'],
  [
    'bytes that are no UTF-8',
    { body: utf8([123, 255, 125]), headers: jsonType },
    400,
    'invalid_encoding',
  ],
  [
    'a body that is packed',
    {
      body: utf8([...gzipSync('{"text":"Hi"}')]),
      headers: { ...jsonType, 'content-encoding': 'gzip' },
    },
    415,
    'unsupported_media_type',
    'Content-Encoding',
  ],
  ['no body', { method: 'POST' }, 400, 'invalid_body'],
  [
    'another content type',
    { body: 'Hi', headers: { 'content-type': 'text/plain' } },
    415,
    'unsupported_media_type',
  ],
  [
    'a form encoded as in a URL',
    { body: new URLSearchParams({ text: 'Hi' }) },
    415,
    'unsupported_media_type',
  ],
  [
    'cloning',
    { form: { text: 'Hi', voice_ref: new Blob(['RIFF']) } },
    400,
    'cloning_unavailable',
    'voice_ref',
  ],
  ['text as a file', { form: { text: new Blob(['Hi']) } }, 400, 'invalid_multipart', 'text'],
  [
    'a form field over its limit',
    { form: { text: 'a'.repeat(200_000) } },
    413,
    'field_too_large',
    'text',
  ],
  [
    'a form cut short',
    {
      body: '--x\r\ncontent-disposition: form-data; name="text"\r\n\r\nHi',
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
    },
    400,
    'invalid_multipart',
  ],
  [
    'a form without a boundary',
    { body: 'Hi', headers: { 'content-type': 'multipart/form-data' } },
    400,
    'invalid_multipart',
  ],
  [
    'a field twice',
    {
      body: `${['Hi', 'Ho'].map((text) => `--x\r\ncontent-disposition: form-data; name="text"\r\n\r\n${text}\r\n`).join('')}--x--\r\n`,
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
    },
    400,
    'invalid_multipart',
    'text',
  ],
  [
    'an Idempotency-Key with a space',
    { json: { text: 'Hi' }, headers: { 'idempotency-key': 'a b' } },
    400,
    'invalid_field',
    'idempotency-key',
  ],
  [
    'an endless Idempotency-Key',
    { json: { text: 'Hi' }, headers: { 'idempotency-key': 'a'.repeat(256) } },
    400,
    'invalid_field',
    'idempotency-key',
  ],
  ['another method', { method: 'PUT' }, 405, 'method_not_allowed'],
];

describe.each(['/v1/generate', '/v1/generate/stream', '/v1/generate/with-timestamps'])(
  '%s',
  (path) => {
    test.each(refused)('refuses %s', async (_what, request, status, code, param) => {
      const response = await call(roles, path, request);
      const problem = problemSchema.parse(await response.json());
      expect(problem).toMatchObject({ status, code, ...(param ? { param } : {}) });
      expect(response.status).toBe(status);
      expect(response.headers.get('content-type')).toBe('application/problem+json');
      expect(problem.request_id).toBe(response.headers.get('x-request-id'));
      expect(problem.detail.length).toBeGreaterThan(10);
      expect(problem.detail.length).toBeLessThan(300);
    });
  },
);

test('messages name the limit, what was given, and the nearest voice', async () => {
  const detailOf = async (json: unknown) =>
    problemSchema.parse(await (await call(roles, '/v1/generate', { json })).json()).detail;
  expect(await detailOf({ text: 'a'.repeat(5001) })).toMatch(/5000.*5001/);
  expect(await detailOf({ text: 'Hi', voice: 'af_hart' })).toContain('"af_heart"');
  expect(await detailOf({ text: 'Hi', speed: 3 })).toContain('from 0.5 to 2');
  expect(await detailOf({ text: 'Hi', format: 'midi' })).toMatch(/wav.*flac.*"midi"/);
  expect(await detailOf({ text: 'Hi', language: 'de-DE' })).toMatch(/en-US, en-GB/);
});

const formNumbers = ['NaN', 'Infinity', '1e999', 'abc', '', '0x1', '1,5', '2.01', '-1', 'true'];

test.each(formNumbers)('a form says what is wrong with the number "%s"', async (given) => {
  const problemOf = async (form: Record<string, string>) =>
    problemSchema.parse(await (await call(roles, '/v1/generate', { form })).json());
  expect(await problemOf({ text: 'Hi', speed: given })).toMatchObject({
    code: 'invalid_field',
    param: 'speed',
    // Text that is a number is shown as one.
    detail: `speed: must be a number from 0.5 to 2, not ${shownNumbers.get(given) ?? `"${given}"`}`,
  });
  const { detail } = await problemOf({ text: 'Hi', sample_rate: given });
  expect(detail).toMatch(/^sample_rate: must be one of 8000, .*, 48000, not /);
});

const shownNumbers = new Map([
  ['1e999', 'Infinity'],
  ['2.01', '2.01'],
  ['-1', '-1'],
]);

test('a number in a form may have blanks around it', async () => {
  const form = { text: 'Hi.', speed: ' 1 ', sample_rate: '24000 ' };
  const response = await call(roles, '/v1/generate', { form });
  expect(response.status).toBe(200);
});

test('JSON says what is wrong with a speed', async () => {
  const detailOf = async (speed: string) => {
    const body = `{"text":"Hi","speed":${speed}}`;
    const response = await call(roles, '/v1/generate', { body, headers: jsonType });
    return problemSchema.parse(await response.json()).detail;
  };
  const must = 'speed: must be a number from 0.5 to 2, not';
  expect(await detailOf('"1"')).toBe(`${must} "1"`);
  expect(await detailOf('null')).toBe(`${must} null`);
  expect(await detailOf('[1]')).toBe(`${must} an array`);
  expect(await detailOf('{"a":1}')).toBe(`${must} an object`);
  expect(await detailOf('1e999')).toBe(`${must} Infinity`);
  expect(await detailOf('0')).toBe(`${must} 0`);
});

test.each([
  ['/v1/voices?limit=abc', 'limit: must be a whole number from 1 to 100, not "abc"'],
  ['/v1/voices?limit=', 'limit: must be a whole number from 1 to 100, not ""'],
  ['/v1/voices?limit=0x1', 'limit: must be a whole number from 1 to 100, not "0x1"'],
  ['/v1/voices?limit=1.5', 'limit: must be a whole number from 1 to 100, not 1.5'],
  ['/v1/voices?limit=101', 'limit: must be a whole number from 1 to 100, not 101'],
  ['/v1/voices?limit=1&limit=2', 'limit: must be a whole number from 1 to 100, not an array'],
  ['/v1/voices?gender=other', 'gender: must be one of female, male, not "other"'],
  ['/v1/keys?limit=NaN', 'limit: must be a whole number from 1 to 100, not "NaN"'],
  ['/v1/audit-log?success=1', 'success: must be one of true, false, not "1"'],
  [
    '/v1/audit-log?from=yesterday',
    'from: must be a time such as 2026-01-20T10:30:00Z, not "yesterday"',
  ],
  ['/v1/voices?colour=red', 'There is no query parameter "colour" here.'],
])('%s names the parameter, what is allowed and what was sent', async (path, detail) => {
  const response = await call(roles, path, { method: 'GET' });
  expect(problemSchema.parse(await response.json())).toMatchObject({ status: 400, detail });
});

test('a field of text is told its bounds without what was sent', async () => {
  const response = await call(roles, '/v1/keys', { json: { name: 7, scopes: ['generate'] } });
  const { detail } = problemSchema.parse(await response.json());
  expect(detail).toBe('name: must be a string, not a number');
});

test('the type of a problem leads to a page that says what its code means', async () => {
  const refusal = await call(roles, '/v1/generate', { json: { text: 'Hi', voice: 'af_hart' } });
  const { type } = problemSchema.parse(await refusal.json());
  expect(type).toBe('/docs/errors/unknown_voice');
  for (const { code, title } of explainProblems()) {
    const response = await fetch(new URL(`/docs/errors/${code}`, refusal.url));
    expect([code, response.status]).toEqual([code, 200]);
    expect(response.headers.get('content-type')).toContain('text/html');
    const page = await response.text();
    expect(page).toContain(`<h1>${title}</h1>`);
    expect(page).toContain(`<code>${code}</code>`);
    expect(page).not.toMatch(/(?:href|src)="https?:/);
  }
  const list = await (await fetch(new URL('/docs/errors', refusal.url))).text();
  for (const { code } of explainProblems()) expect(list).toContain(`href="/docs/errors/${code}"`);
  expect((await fetch(new URL('/docs/errors/no_such_code', refusal.url))).status).toBe(404);
});

test('5,000 characters count as code points, whatever their size', async () => {
  const response = await call(roles, '/v1/generate', { json: { text: '🙂'.repeat(5000) } });
  expect(await response.json()).toMatchObject({ code: 'nothing_to_say' });
});

test('a right-to-left text is spoken or refused, never an error of ours', async () => {
  const response = await call(roles, '/v1/generate', {
    json: { text: '\u202eשלום\u202c and hello' },
  });
  expect([200, 400]).toContain(response.status);
});

test('what is no HTTP gets a problem document as well', async () => {
  const { hostname, port } = new URL(roles.url);
  const answer = await new Promise<string>((resolve) => {
    let text = '';
    const socket = connect(Number(port), hostname, () => socket.write('NONSENSE\r\n\r\n'));
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('close', () => resolve(text));
  });
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(answer).toContain('malformed_request');
});

test.each(['application/json', 'multipart/form-data; boundary=x'])(
  'an oversized body of %s is refused before it is sent',
  async (contentType) => {
    const { hostname, port } = new URL(roles.url);
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(Number(port), hostname, () => {
        socket.write(
          [
            'POST /v1/generate HTTP/1.1',
            'host: x',
            `authorization: Bearer ${roles.key}`,
            `content-type: ${contentType}`,
            'content-length: 900000000',
            '\r\n',
          ].join('\r\n'),
        );
      });
      socket.once('data', (chunk) => {
        resolve(String(chunk));
        socket.destroy();
      });
    });
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  },
);

test('no multipart body makes the server stumble', async () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '--x',
      '--x--',
      '\r\n',
      '\r\n\r\n',
      'content-disposition: form-data; name="text"',
      '"',
      ';',
      ':',
      '\0',
    ),
    fc.string({ maxLength: 20 }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
      const response = await call(roles, '/v1/generate', {
        body: pieces.join(''),
        headers: { 'content-type': 'multipart/form-data; boundary=x' },
      });
      const { code } = problemSchema.parse(await response.json());
      expect([response.status, code]).toEqual([400, expect.any(String)]);
    }),
    { numRuns: 60 },
  );
});
