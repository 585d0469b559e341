import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AccountApp } from './account-app.ts';

let server: AccountApp;
let email: string;
let accessToken: string;

beforeAll(async () => {
  server = await AccountApp.open();
});
afterAll(() => server?.close());
beforeEach(async () => {
  ({ email } = await server.createAccount());
  accessToken = (await server.logIn(email)).access_token;
});

async function createKey(name = 'CI'): Promise<{ id: string; key: string }> {
  return (await server.post('/v1/keys', { accessToken, body: { name } })).json();
}

function report(...reports: { key: string; where?: string }[]) {
  return server.post('/v1/keys/report-leak', { body: { reports } });
}

async function works(key: string): Promise<boolean> {
  return (await server.get('/v1/keys', { accessToken: key })).statusCode === 200;
}

async function auditedLeaks() {
  const { body } = await server.get('/v1/audit-log?event_type=api_key.leaked', { accessToken });
  return JSON.parse(body).data;
}

async function leakMails(): Promise<string[]> {
  const mails = await server.mailsTo(email);
  return mails.filter(({ subject }) => subject.includes('found in public')).map(({ text }) => text);
}

const example = /```python\n([\s\S]*?)```/.exec(
  readFileSync(resolve(import.meta.dirname, '../../docs/docs/security/leaked-keys.md'), 'utf8'),
)?.[1];

describe('a key that is reported', () => {
  it('is revoked, and its team is told by mail, webhook and audit log', async () => {
    const { key, id } = await createKey('CI <b>');
    const hook = await server.post('/v1/webhooks', {
      accessToken,
      body: { url: 'https://hooks.example.com/', events: ['api_key.leaked'] },
    });
    expect(await works(key)).toBe(true);
    const where = 'https://user:pass@github.com/example/app?token=abc#L5';
    const response = await report({ key, where });
    expect(response.statusCode).toBe(202);
    expect(response.json()).toEqual({ received: 1 });
    expect(await works(key)).toBe(false);

    const kept = 'https://github.com/example/app';
    expect(await auditedLeaks()).toMatchObject([
      { resource: { type: 'api_key', id }, details: { stopped: 'key', where: kept } },
    ]);
    const [mail, ...others] = await leakMails();
    expect(others).toEqual([]);
    expect(mail).toContain('“CI <b>”');
    expect(mail).toContain('on github.com');
    expect(mail).not.toContain(key);
    expect(mail).not.toContain('/example/app');
    const row = await server.database.db
      .selectFrom('webhook_deliveries')
      .innerJoin('webhooks', 'webhooks.id', 'webhook_deliveries.webhook_id')
      .select('body')
      .where('url', '=', 'https://hooks.example.com/')
      .orderBy('webhook_deliveries.id', 'desc')
      .executeTakeFirstOrThrow();
    expect(hook.statusCode).toBe(201);
    expect(JSON.parse(row.body)).toMatchObject({
      type: 'api_key.leaked',
      data: { where: kept, stopped: 'key', key: { id, revoked_at: expect.any(String) } },
    });
    expect(row.body).not.toContain(key);
  });

  it('is told of once, however often it is reported', async () => {
    const { key } = await createKey();
    await Promise.all(Array.from({ length: 8 }, () => report({ key }, { key })));
    await report({ key });
    expect(await leakMails()).toHaveLength(1);
    expect(await auditedLeaks()).toHaveLength(1);
  });

  it('gets the same answer as what is no key', async () => {
    const { key } = await createKey();
    const answers = [
      await report({ key }),
      await report({ key }),
      await report({ key: `${key.slice(0, -1)}x` }),
      await report({ key: 'vf_live_0000000000000000000000000000000000000000' }),
      await report({ key: '\u0000' }),
    ];
    expect(new Set(answers.map(({ statusCode, body }) => `${statusCode} ${body}`)).size).toBe(1);
  });

  it('is one of up to a hundred', async () => {
    const made = [await createKey('One'), await createKey('Two')];
    const noise = Array.from({ length: 98 }, (_, index) => ({ key: `vf_live_${index}` }));
    const reports = [...noise, ...made.map(({ key }) => ({ key }))];
    expect((await report(...reports)).json()).toEqual({ received: 100 });
    for (const { key } of made) expect(await works(key)).toBe(false);
    expect((await report(...reports, { key: 'x' })).json()).toMatchObject({
      status: 400,
      param: 'reports',
    });
  });

  it('may be the secret before the present one: then only that one stops', async () => {
    const { key: old, id } = await createKey();
    const rotated = await server.post(`/v1/keys/${id}/rotate`, { accessToken, body: {} });
    const { key: present } = rotated.json();
    expect([await works(old), await works(present)]).toEqual([true, true]);
    await report({ key: old });
    expect([await works(old), await works(present)]).toEqual([false, true]);
    expect((await leakMails())[0]).toContain('The previous secret');
    await report({ key: present });
    expect(await works(present)).toBe(false);
  });

  it.each([
    ['a script', 'javascript:alert(1)'],
    ['a file', 'file:///etc/passwd'],
    ['nowhere', 'somewhere'],
    ['too long an address', `https://x.test/${'a'.repeat(2000)}`],
  ])('was not found at %s', async (_what, where) => {
    expect((await report({ key: 'vf_live_x', where })).json()).toMatchObject({
      status: 400,
      code: 'invalid_field',
      param: 'reports.0.where',
    });
  });
});

describe('what a scanner is told', () => {
  it('is how to recognise just our keys', async () => {
    const { key } = await createKey();
    const { key: test } = (
      await server.post('/v1/keys', { accessToken, body: { name: 'Test', mode: 'test' } })
    ).json();
    const swapped = `${key.slice(0, 10)}${key.charAt(10) === 'a' ? 'b' : 'a'}${key.slice(11)}`;
    const texts = [key, test, swapped, `${key}0`, key.slice(0, -1), key.replace('vf_', 'vg_')];
    const program = `${example}\nimport json, sys\nprint(json.dumps([is_voiceflow_key(text) for text in json.loads(sys.argv[1])]))`;
    const output = execFileSync('python3', ['-c', program, JSON.stringify(texts)]);
    expect(JSON.parse(String(output))).toEqual([true, true, false, false, false, false]);
  });
});
