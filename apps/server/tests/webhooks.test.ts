import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { announce, deliverWebhook, type WebhookSender } from '../src/domains/webhooks/index.ts';
import { parseId } from '../src/platform/ids.ts';
import { openJobRunner } from '../src/platform/jobs/index.ts';
import { TryAgainLater } from '../src/platform/outbox/index.ts';
import { signBody } from '../src/platform/signatures/index.ts';
import { eventHandlers } from '../src/workflows/event-handlers.ts';
import { AccountApp } from './account-app.ts';
import { createTestContext } from './support/factories.ts';

const dayMs = 24 * 60 * 60 * 1000;

let server: AccountApp;
let email: string;
let accessToken: string;
let teamId: string;
let sender: WebhookSender;
let receiver: Server;
let receiverUrl: string;
let received: { path: string; headers: IncomingHttpHeaders; body: string }[];
let answer: { status: number; headers?: Record<string, string> };

beforeAll(async () => {
  server = await AccountApp.open();
  receiver = createServer(async (request, response) => {
    received.push({
      path: request.url ?? '',
      headers: request.headers,
      body: await text(request),
    });
    if (answer.status > 0) response.writeHead(answer.status, answer.headers).end('thanks');
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const address = receiver.address();
  receiverUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});
afterAll(async () => {
  receiver?.closeAllConnections();
  receiver?.close();
  await server?.close();
});
beforeEach(async () => {
  received = [];
  answer = { status: 200 };
  // What is on this machine is for its first team alone.
  await server.database.db.deleteFrom('teams').execute();
  ({ email } = await server.createAccount());
  accessToken = (await server.logIn(email)).access_token;
  const me = await server.get('/v1/me', { accessToken });
  teamId = parseId('team', me.json().team.id) ?? '';
  sender = { box: server.box, publicUrl: 'https://voice.example.com', allowLoopback: true };
});
afterEach(() => server?.database.db.deleteFrom('outbox').execute());

function patch(path: string, body: unknown) {
  return server.app.inject({
    method: 'PATCH',
    url: path,
    payload: JSON.stringify(body),
    headers: { 'content-type': 'application/json', authorization: `Bearer ${accessToken}` },
  });
}

async function createWebhook(body: Record<string, unknown> = {}) {
  const given = { url: `${receiverUrl}/hook`, ...body };
  const response = await server.post('/v1/webhooks', { accessToken, body: given });
  expect(response.statusCode, response.body).toBe(201);
  const made: { id: string; secret: string } = response.json();
  return made;
}

async function ping(id: string): Promise<string> {
  const response = await server.post(`/v1/webhooks/${id}/ping`, { accessToken });
  expect(response.statusCode, response.body).toBe(202);
  return response.json().id;
}

function deliver(id: string, by: WebhookSender = sender): Promise<void> {
  const ctx = createTestContext(server.database.db, { clock: server.clock });
  const deliveryId = parseId('webhookDelivery', id) ?? '';
  return deliverWebhook({ ctx, input: { deliveryId }, sender: by });
}

async function deliveriesOf(id: string) {
  return (await server.get(`/v1/webhooks/${id}/deliveries`, { accessToken })).json().data;
}

describe('a webhook', () => {
  it.each([
    ['http://example.com/hook', /https/],
    ['ftp://example.com/', /https/],
    ['no url', /https/],
    ['https://user:password@example.com/', /user name or password/],
    ['https://10.0.0.1/', /public internet/],
    ['https://169.254.169.254/latest/meta-data', /public internet/],
    ['https://[fd00:ec2::254]/', /public internet/],
    ['https://[::ffff:10.0.0.1]/', /public internet/],
    ['https://0x0a000001/', /public internet/],
    [`https://example.com/${'x'.repeat(2000)}`, /2000/],
  ])('may not lead to %s', async (url, reason) => {
    const response = await server.post('/v1/webhooks', { accessToken, body: { url } });
    expect(response.json()).toMatchObject({ status: 400, code: 'invalid_field', param: 'url' });
    expect(response.json().detail).toMatch(reason);
  });

  it('shows its secret once, and is another team’s to nobody', async () => {
    const { id, secret } = await createWebhook();
    expect(secret).toMatch(/^vf_hook_[\w-]{43}$/);
    const list = await server.get('/v1/webhooks', { accessToken });
    expect(list.json().data).toMatchObject([{ id, enabled: true, events: ['*'] }]);
    expect(list.body).not.toContain(secret);
    const other = await server.createAccount();
    const { access_token: theirs } = await server.logIn(other.email);
    for (const response of [
      await server.get(`/v1/webhooks/${id}/deliveries`, { accessToken: theirs }),
      await server.post(`/v1/webhooks/${id}/ping`, { accessToken: theirs }),
      await server.delete(`/v1/webhooks/${id}`, { accessToken: theirs }),
    ]) {
      expect(response.json()).toMatchObject({ status: 404, code: 'webhook_not_found' });
    }
  });

  it('leads to this machine for its own team alone, though another had one from before', async () => {
    const { id } = await createWebhook();
    const stranger = await server.createAccount();
    const { access_token: theirs } = await server.logIn(stranger.email);
    const refused = await server.post('/v1/webhooks', {
      accessToken: theirs,
      body: { url: `${receiverUrl}/hook` },
    });
    expect(refused.json()).toMatchObject({ status: 400, param: 'url' });
    const { team } = (await server.get('/v1/me', { accessToken: theirs })).json();
    await server.database.db
      .updateTable('webhooks')
      .set({ team_id: parseId('team', team.id) ?? '' })
      .where('id', '=', parseId('webhook', id) ?? '')
      .execute();
    accessToken = theirs;
    const deliveryId = await ping(id);
    await expect(deliver(deliveryId)).rejects.toThrow('not an address of the public internet');
    expect(received).toEqual([]);
  });

  it('is one of at most twenty, also where many are made at once', async () => {
    const body = { url: 'https://example.com/' };
    const answers = await Promise.all(
      Array.from({ length: 23 }, () => server.post('/v1/webhooks', { accessToken, body })),
    );
    expect(answers.filter(({ statusCode }) => statusCode === 201)).toHaveLength(20);
    const refused = answers.filter(({ statusCode }) => statusCode === 409);
    expect(refused.map((one) => one.json().code)).toEqual(Array(3).fill('too_many_webhooks'));
  });
});

describe('a delivery', () => {
  it('is signed, says what happened, and arrives once', async () => {
    const { id, secret } = await createWebhook();
    const deliveryId = await ping(id);
    await deliver(deliveryId);
    await deliver(deliveryId);
    expect(received).toHaveLength(1);
    const { headers, body } = received[0] ?? { headers: {}, body: '' };
    expect(JSON.parse(body)).toEqual({
      id: deliveryId,
      type: 'ping',
      created_at: server.clock.now().toISOString(),
      team_id: expect.stringMatching(/^team_/),
      data: {},
    });
    const timestamp = String(headers['x-voiceflow-timestamp']);
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'x-voiceflow-event': 'ping',
      'x-voiceflow-delivery': deliveryId,
      'x-voiceflow-signature': signBody({ secret, timestamp, body: Buffer.from(body) }),
    });
    expect(await deliveriesOf(id)).toMatchObject([
      { id: deliveryId, status: 'delivered', attempts: 1, response_status: 200, error: null },
    ]);
  });

  it('goes to those that listen, when the transaction commits, by the jobs of a process', async () => {
    const listening = await createWebhook({ events: ['api_key.leaked'] });
    const other = await createWebhook({ events: ['api_key.expiring'] });
    const disabled = await createWebhook();
    await patch(`/v1/webhooks/${disabled.id}`, { enabled: false });
    const ctx = createTestContext(server.database.db, { clock: server.clock });
    const input = { teamId, event: 'api_key.leaked', data: { name: 'CI' } } as const;
    const rolledBack = ctx.db.transaction().execute(async (db) => {
      await announce({ ctx: { ...ctx, db }, input });
      throw new Error('rolled back');
    });
    await expect(rolledBack).rejects.toThrow('rolled back');
    await announce({ ctx, input });
    const arrival = once(receiver, 'request');
    const runner = await openJobRunner({
      databaseUrl: server.database.url,
      createContext: () => ctx,
      periodicJobs: [],
      eventHandlers: eventHandlers({ webhooks: sender }),
    });
    await arrival;
    await runner.close();
    expect(received.map(({ body }) => JSON.parse(body))).toMatchObject([
      { type: 'api_key.leaked', data: { name: 'CI' } },
    ]);
    expect(await deliveriesOf(listening.id)).toMatchObject([{ status: 'delivered' }]);
    expect(await deliveriesOf(other.id)).toEqual([]);
    expect(await deliveriesOf(disabled.id)).toEqual([]);
  });

  it('that fails is tried again, with the same body and a new signature', async () => {
    const { id } = await createWebhook();
    const deliveryId = await ping(id);
    answer = { status: 500 };
    await expect(deliver(deliveryId)).rejects.toThrow(TryAgainLater);
    expect(await deliveriesOf(id)).toMatchObject([
      { status: 'pending', attempts: 1, response_status: 500 },
    ]);
    server.clock.advance(30_000);
    answer = { status: 204 };
    await deliver(deliveryId);
    expect(await deliveriesOf(id)).toMatchObject([{ status: 'delivered', attempts: 2 }]);
    const [first, second] = received;
    expect(second?.body).toBe(first?.body);
    expect(second?.headers['x-voiceflow-signature']).not.toBe(
      first?.headers['x-voiceflow-signature'],
    );
    expect((await server.get('/v1/webhooks', { accessToken })).json().data).toMatchObject([
      { failing_since: null },
    ]);
  });

  it('follows no redirect', async () => {
    const { id } = await createWebhook();
    answer = { status: 307, headers: { location: `${receiverUrl}/elsewhere` } };
    await expect(deliver(await ping(id))).rejects.toThrow('status 307');
    expect(received.map(({ path }) => path)).toEqual(['/hook']);
  });

  it('waits ten seconds for an answer, and no longer', async () => {
    const { id } = await createWebhook();
    answer = { status: 0 };
    await expect(deliver(await ping(id))).rejects.toThrow('no answer within 10 s');
  });

  it('goes to the address that was checked, whatever the name says a moment later', async () => {
    const url = receiverUrl.replace('127.0.0.1', 'hook.localhost');
    const { id } = await createWebhook({ url });
    const answers = [['127.0.0.1'], ['10.0.0.1']];
    let asked = 0;
    await deliver(await ping(id), {
      ...sender,
      resolve: async () => {
        asked += 1;
        return answers.shift() ?? [];
      },
    });
    expect({ asked, received: received.length }).toEqual({ asked: 1, received: 1 });
  });

  it.each([
    ['private', ['10.0.0.1']],
    ['of this machine', ['127.0.0.1']],
    ['public and of the metadata service', ['93.184.216.34', '169.254.169.254']],
    ['none', []],
  ])('goes to no name whose addresses are %s', async (_what, addresses) => {
    const { id } = await createWebhook({ url: 'https://hooks.example.com/' });
    const by = { ...sender, allowLoopback: false, resolve: async () => addresses };
    await expect(deliver(await ping(id), by)).rejects.toThrow(
      /not an address of the public internet|has no address/,
    );
    expect(received).toEqual([]);
  });
});

describe('a webhook that fails for three days', () => {
  it('is disabled; owner and admins get a mail; it can be enabled again', async () => {
    const { id } = await createWebhook();
    const [first, second, third] = [await ping(id), await ping(id), await ping(id)];
    answer = { status: 503 };
    await expect(deliver(first)).rejects.toThrow(TryAgainLater);
    server.clock.advance(3 * dayMs - 1);
    await expect(deliver(first)).rejects.toThrow(TryAgainLater);
    accessToken = (await server.logIn(email)).access_token;
    const enabled = async () =>
      (await server.get('/v1/webhooks', { accessToken })).json().data[0].enabled;
    expect(await enabled()).toBe(true);
    server.clock.advance(1);
    await expect(deliver(second)).rejects.toThrow(TryAgainLater);
    expect(await enabled()).toBe(false);
    const mails = await server.mailsTo(email);
    expect(mails.filter(({ subject }) => subject.includes('webhook'))).toHaveLength(1);
    expect(mails[0]?.text).toContain('it answered with status 503');

    await deliver(third);
    expect(received).toHaveLength(3);
    expect((await deliveriesOf(id))[0]).toMatchObject({
      status: 'failed',
      error: 'the webhook is disabled',
    });
    const refused = await server.post(`/v1/webhooks/${id}/ping`, { accessToken });
    expect(refused.json()).toMatchObject({ status: 409, code: 'webhook_disabled' });
    answer = { status: 200 };
    await patch(`/v1/webhooks/${id}`, { enabled: true });
    await deliver(await ping(id));
    expect((await deliveriesOf(id))[0]).toMatchObject({ status: 'delivered' });
  });
});
