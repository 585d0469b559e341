import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cookiesOf, password } from './account-app.ts';
import { newPerson, OAuthApp } from './oauth-app.ts';
import type { Person } from './support/identity-provider.ts';

let server: OAuthApp;

beforeAll(async () => {
  server = await OAuthApp.open();
});
afterAll(() => server?.close());

describe('connections', () => {
  async function begin(accessToken: string) {
    const body = { provider: 'github', next: '/security' };
    return server.accounts.post('/v1/me/connections', { accessToken, body });
  }

  /** What shows again that it is them: nothing, where only a provider vouches for them. */
  async function confirm(accessToken: string, proof: object = { password }) {
    const confirmed = await server.accounts.post('/v1/me/confirm', { accessToken, body: proof });
    expect(confirmed.statusCode, confirmed.body).toBe(204);
  }

  async function connect(accessToken: string, person: Person, proof?: object) {
    server.github.person = person;
    await confirm(accessToken, proof);
    const begun = await begin(accessToken);
    return server.comeBack(
      await server.github.visit(begun.json().url),
      cookiesOf(begun).voiceflow_sign_in ?? '',
    );
  }

  it('are added by who has confirmed that it is them, listed, used and removed', async () => {
    const { email } = await server.accounts.createAccount();
    const { access_token: accessToken } = await server.accounts.logIn(email);
    const person = newPerson();
    expect((await begin(accessToken)).json()).toMatchObject({
      status: 403,
      code: 'confirmation_required',
    });
    const connected = await connect(accessToken, person);
    expect(connected.headers.location).toBe('/security?connected=github');
    expect(cookiesOf(connected).voiceflow_access).toBeUndefined();
    const { data } = (await server.connectionsOf(accessToken)).json();
    expect(data).toMatchObject([{ provider: 'github', email: person.email, last_used_at: null }]);
    expect((await server.meOf(await server.logInAt('github', person))).email).toBe(email);

    const path = `/v1/me/connections/${data[0].id}`;
    server.accounts.clock.advance(10 * 60_000);
    expect((await server.accounts.delete(path, { accessToken })).json()).toMatchObject({
      status: 403,
      code: 'confirmation_required',
    });
    await confirm(accessToken);
    expect((await server.accounts.delete(path, { accessToken })).statusCode).toBe(204);
    expect((await server.accounts.delete(path, { accessToken })).statusCode).toBe(404);
    const subjects = (await server.accounts.mailsTo(email)).map(({ subject }) => subject);
    expect(subjects[0]).toBe('Your VoiceFlow account can no longer be opened one way');
    expect((await server.meOf(await server.logInAt('github', person))).email).toBe(person.email);
  });

  it('of one account are not opened to another', async () => {
    const person = newPerson();
    await server.logInAt('github', person);
    const { email } = await server.accounts.createAccount();
    const { access_token: accessToken } = await server.accounts.logIn(email);
    const taken = await connect(accessToken, person);
    expect(taken.headers.location).toBe('/security?error=connection_taken&provider=github');
    const [mine] = (await server.connectionsOf(accessToken)).json().data;
    expect(mine).toBeUndefined();
    await connect(accessToken, newPerson());
    const [own] = (await server.connectionsOf(accessToken)).json().data;
    const { email: stranger } = await server.accounts.createAccount();
    const { access_token: strangers } = await server.accounts.logIn(stranger);
    await confirm(strangers);
    const path = `/v1/me/connections/${own.id}`;
    const removed = await server.accounts.delete(path, { accessToken: strangers });
    expect(removed.json()).toMatchObject({ status: 404, code: 'connection_not_found' });
  });

  it('leave the last way in, also when two are removed at once', async () => {
    const person = newPerson();
    const { voiceflow_access = '' } = cookiesOf(await server.logInAt('google', person));
    const list = async () => (await server.connectionsOf(voiceflow_access)).json().data;
    const remove = (id: string) =>
      server.accounts.delete(`/v1/me/connections/${id}`, { accessToken: voiceflow_access });
    const [first] = await list();
    await confirm(voiceflow_access, {});
    expect((await remove(first.id)).json()).toMatchObject({ status: 409, code: 'last_way_in' });
    await connect(voiceflow_access, newPerson(), {});
    const both = await list();
    expect(both).toHaveLength(2);
    const answers = await Promise.all(both.map(({ id }: { id: string }) => remove(id)));
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([204, 409]);
    expect(await list()).toHaveLength(1);
  });
});
