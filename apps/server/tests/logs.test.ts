import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freshText } from './fresh-text.ts';
import { type RunningServer, startServer } from './running-server.ts';
import { eventually } from './support/eventually.ts';

let server: RunningServer;
/** What was sent or answered and must be read nowhere else. */
const secrets = new Set<string>();

beforeAll(async () => {
  server = await startServer({ WORKERS: '1', LOG_LEVEL: 'trace' });
  secrets.add(server.key);
});

afterAll(() => server?.stop());

const secretMembers = /^(?:key|secret|(?:\w+_)?token)$/;

function collectSecrets(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    if (typeof member === 'string' && secretMembers.test(name)) secrets.add(member);
    else collectSecrets(member);
  }
}

async function post(path: string, body: object, credential?: string) {
  const response = await fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(credential === undefined ? {} : { authorization: `Bearer ${credential}` }),
    },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  const json = text.startsWith('{') ? JSON.parse(text) : {};
  collectSecrets(json);
  return { status: response.status, json };
}

/** The token in the newest mail of a kind. */
async function tokenInMail(page: string): Promise<string> {
  return eventually(async () => {
    const mails = await (await fetch(`${server.url}/mailbox`)).text();
    const token = new RegExp(`/${page}#token=([\\w-]+)`).exec(mails)?.[1];
    if (token === undefined) throw new Error(`no mail leads to /${page}`);
    secrets.add(token);
    return token;
  });
}

/** The log of each role. */
async function readLogs(): Promise<Record<string, string>> {
  const dir = join(server.home, 'logs');
  const names = (await readdir(dir)).filter((name) => name.endsWith('.log'));
  const texts = names.map(async (name) => [name, await readFile(join(dir, name), 'utf8')]);
  return Object.fromEntries(await Promise.all(texts));
}

async function linesAbout(requestId: string, role: string): Promise<string[]> {
  const log = (await readLogs())[`${role}.log`] ?? '';
  return log.split('\n').filter((line) => line.includes(`"request_id":"${requestId}"`));
}

it('names the request in the lines of API and worker', async () => {
  const response = await fetch(`${server.url}/v1/generate`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${server.key}`,
      'content-type': 'application/json',
      'x-request-id': 'from-the-caller-1',
    },
    body: JSON.stringify({ text: freshText() }),
  });
  expect([response.status, response.headers.get('x-request-id')]).toEqual([
    200,
    'from-the-caller-1',
  ]);
  await response.arrayBuffer();
  await eventually(async () => {
    expect((await linesAbout('from-the-caller-1', 'api')).join()).toContain('"status":200');
    const [made] = await linesAbout('from-the-caller-1', 'worker-1');
    expect(JSON.parse(made ?? '{}')).toMatchObject({ level: 'info', msg: 'speech made' });
  });
});

it('writes no secret of a whole journey into any log', async () => {
  const email = 'ada@example.com';
  const passwords = ['correct horse battery staple', 'an altogether different phrase'];
  const [password = '', newPassword = ''] = passwords;
  for (const secret of passwords) secrets.add(secret);
  const call = async (wanted: number, path: string, body: object, credential?: string) => {
    const { status, json } = await post(path, body, credential);
    expect([path, status, json.detail]).toEqual([path, wanted, json.detail]);
    return json;
  };

  await call(202, '/auth/register', { email, password, name: 'Ada' });
  await call(200, '/auth/verify-email', { token: await tokenInMail('verify-email'), password });
  await call(401, '/auth/login', { email, password: 'a wrong pass phrase' });
  secrets.add('a wrong pass phrase');
  const tokens = await call(200, '/auth/login', { email, password });
  const { access_token: access } = await call(200, '/auth/refresh', {
    refresh_token: tokens.refresh_token,
  });
  const { key } = await call(201, '/v1/keys', { name: 'Journey' }, access);
  await call(200, '/v1/generate', { text: freshText() }, key);
  await call(401, '/v1/generate', { text: freshText() }, `${key.slice(0, -1)}x`);
  await call(
    201,
    '/v1/webhooks',
    { url: 'https://example.com/hook', events: ['api_key.leaked'] },
    access,
  );
  await call(201, '/v1/signing-secrets', { name: 'Journey' }, access);
  await call(201, '/v1/client-tokens', { origin: 'https://app.example.com' }, key);
  await call(202, '/v1/keys/report-leak', { reports: [{ key }] });
  await call(202, '/auth/forgot-password', { email });
  await call(204, '/auth/reset-password', {
    token: await tokenInMail('reset-password'),
    password: newPassword,
  });
  await call(200, '/auth/login', { email, password: newPassword });
  await call(401, '/auth/refresh', { refresh_token: tokens.refresh_token });

  const last = await fetch(`${server.url}/v1/voices`, { headers: { 'x-request-id': 'the-last' } });
  expect(last.status).toBe(401);
  await eventually(async () => expect(await linesAbout('the-last', 'api')).not.toEqual([]));
  const logs = await readLogs();
  expect(Object.keys(logs).sort()).toEqual(['api.log', 'jobs.log', 'postgres.log', 'worker-1.log']);
  expect(secrets.size).toBeGreaterThan(15);
  const leaks = Object.entries(logs).flatMap(([name, log]) =>
    [...secrets].filter((secret) => log.includes(secret)).map((secret) => `${name}: ${secret}`),
  );
  expect(leaks).toEqual([]);
});
