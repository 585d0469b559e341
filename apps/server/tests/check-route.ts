import { expect, test } from 'vitest';
import { z } from 'zod';
import { revokeKey } from '../src/domains/keys/index.ts';
import { problemSchema } from '../src/platform/http/index.ts';
import { formatId } from '../src/platform/ids.ts';
import { type Call, call } from './call.ts';
import type { Roles } from './roles.ts';
import { createTenant, createTestContext } from './support/factories.ts';

interface CheckedRoute {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  /** A body that the route takes. */
  json?: unknown;
  /** The scope that a key needs; undefined when any key will do. */
  scope?: 'speech.create' | 'voices.read' | 'keys.read' | 'keys.write' | 'audit.read';
  /** Paths that name things: of another team, of nobody, and ids that are none. */
  foreign?: (roles: Roles) => Promise<string>;
  malformed?: string[];
}

/** What every route behind a credential must hold, whatever it does. */
export function checkRoute(rolesOf: () => Roles, route: CheckedRoute): void {
  const { method, path, json } = route;
  const name = `${method} ${path}`;

  async function refused(request: Call, status: number, at = path): Promise<string> {
    const response = await call(rolesOf(), at, { method, json, ...request });
    const problem = problemSchema.parse(await response.json());
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(problem).toMatchObject({
      status,
      request_id: response.headers.get('x-request-id') ?? '',
    });
    expect(response.status).toBe(status);
    return problem.code;
  }

  test(`${name} refuses whoever has no valid credential`, async () => {
    expect(await refused({ key: null }, 401)).toBe('missing_credential');
    for (const key of ['nonsense', 'vf_live_', `${rolesOf().key}x`, rolesOf().key.slice(0, -1)]) {
      expect(await refused({ key }, 401)).toBe('invalid_api_key');
    }
    for (const key of ['a.b.c', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1c2VyXzEifQ.']) {
      expect(await refused({ key }, 401)).toBe('invalid_access_token');
    }
    const basic = { key: null, headers: { authorization: 'Basic dTpw' } };
    expect(await refused(basic, 401)).toBe('invalid_credential');
    const forged = { key: null, headers: { cookie: 'voiceflow_session=e30.e30.x' } };
    expect(await refused(forged, 401)).toBe('missing_credential');
    const page = { cookie: 'voiceflow_access=a.b.c', 'sec-fetch-site': 'same-origin' };
    expect(await refused({ key: null, headers: page }, 401)).toBe('invalid_access_token');
  });

  test(`${name} refuses a revoked key`, async () => {
    const { database } = rolesOf();
    const tenant = await createTenant(database.db);
    const ctx = createTestContext(database.db, { actor: tenant.asUser() });
    await revokeKey({ ctx, input: { id: formatId('key', tenant.key.id) } });
    expect(await refused({ key: tenant.key.key }, 401)).toBe('invalid_api_key');
  });

  const { scope } = route;
  if (scope) {
    test(`${name} refuses a key without the scope ${scope}`, async () => {
      const limited = { name: 'Limited', scopes: ['usage.read'] };
      const made = await call(rolesOf(), '/v1/keys', { json: limited });
      const { key } = z.object({ key: z.string() }).parse(await made.json());
      expect(await refused({ key }, 403)).toBe('permission_denied');
    });
  }

  const { foreign } = route;
  if (foreign) {
    test(`${name} does not know what is another team's`, async () => {
      await refused({}, 404, await foreign(rolesOf()));
    });
  }

  for (const malformed of route.malformed ?? []) {
    test(`${method} ${malformed} is refused`, async () => {
      const response = await call(rolesOf(), malformed, { method, json });
      expect([400, 404]).toContain(response.status);
      problemSchema.parse(await response.json());
    });
  }
}
