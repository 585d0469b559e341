import { afterAll, expect, test } from 'vitest';
import { AccountApp } from '../account-app.ts';
import { createPerson } from '../team-app.ts';
import { listDescribedBodies, send, withField } from './described-bodies.ts';

/** What would make somebody more than they are, or put a thing into another team's hands. */
const intrusions = {
  role: 'owner',
  team_id: 'team_01jd3x5qf8e5v9b1m2n3p4q5r6',
  plan: 'enterprise',
  owner_id: 'user_01jd3x5qf8e5v9b1m2n3p4q5r6',
};

/** OAuth has parameters ignored that are unknown (RFC 6749, 3.2). */
const ignoring = ['POST /v1/auth/device', 'POST /v1/auth/device/token'];

const server = await AccountApp.open();
afterAll(() => server.close());
const person = await createPerson(server);
const routes = await listDescribedBodies(server);

test('only where OAuth says so does a body take whatever comes', () => {
  const open = routes.filter(({ objects }) => objects[0]?.place.length !== 0);
  expect(open.map(({ name }) => name)).toEqual(ignoring);
  expect(routes.length).toBeGreaterThan(40);
});

const closed = routes.filter(({ name }) => !ignoring.includes(name));

test.each(closed)('$name sets nothing but its own fields', async (route) => {
  for (const { place, fields } of route.objects) {
    for (const [field, value] of Object.entries(intrusions)) {
      const response = await send(
        server,
        person,
        route,
        withField(route.sample, place, field, value),
      );
      const problem = response.json();
      const param = [...place, field].join('.');
      // Whoever sets a role on purpose cannot make an owner.
      const code = fields.includes(field) ? 'invalid_field' : 'unknown_field';
      expect(problem, response.body).toMatchObject({ status: 400, code, param });
    }
  }
});
