import { expect, test } from 'vitest';
import { revokeKey } from '../src/domains/keys/index.ts';
import {
  type Action,
  actions,
  isAllowed,
  rules,
  type Scope,
  scopeNames,
} from '../src/domains/teams/index.ts';
import { roles as roleNames } from '../src/platform/context.ts';
import { problemSchema } from '../src/platform/http/index.ts';
import { formatId } from '../src/platform/ids.ts';
import { type Call, call } from './call.ts';
import type { Roles } from './roles.ts';
import { createTenant, createTestContext } from './support/factories.ts';
import type { TeamCallers } from './team-callers.ts';

export interface CheckedRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `{team}` stands for the team that the callers belong to. */
  readonly path: string;
  /** A body that the route takes. */
  readonly json?: unknown;
  /**
   * The action of the table of permissions that it takes. `own account`: any person may, and no key.
   * `any credential`: whoever has one may. `operator`: nobody of the team that calls here.
   */
  readonly action: Action | 'own account' | 'any credential' | 'operator';
  /** What to send instead where the call is let in: it need not succeed, and should be cheap. */
  readonly harmless?: { readonly path?: string; readonly json?: unknown };
  /** Paths that name things: of another team, of nobody, and ids that are none. */
  readonly foreign?: (roles: Roles) => Promise<string>;
  readonly malformed?: readonly string[];
}

/** The API under test, and who calls it. */
export interface RouteSetting {
  readonly roles: Roles;
  readonly callers: TeamCallers;
}

/** What every route behind a credential must hold, whatever it does. */
export function checkRoute(settingOf: () => RouteSetting, route: CheckedRoute): void {
  const { method, path, json } = route;
  const name = `${method} ${path}`;
  const rolesOf = () => settingOf().roles;

  async function refused(request: Call, status: number, at = path): Promise<string> {
    const response = await call(rolesOf(), settingOf().callers.pathOf(at), {
      method,
      json,
      ...request,
    });
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

  checkPermissions(settingOf, route, (caller) => refused(caller, 403));

  const { foreign } = route;
  if (foreign) {
    test(`${name} does not know what is another team's`, async () => {
      await refused({}, 404, await foreign(rolesOf()));
    });
  }

  for (const malformed of route.malformed ?? []) {
    test(`${method} ${malformed} is refused`, async () => {
      const path = settingOf().callers.pathOf(malformed);
      const response = await call(rolesOf(), path, { method, json });
      expect([400, 404]).toContain(response.status);
      problemSchema.parse(await response.json());
    });
  }
}

/** Calls a route as each role, and with keys that have and lack its scope: the table decides. */
function checkPermissions(
  settingOf: () => RouteSetting,
  route: CheckedRoute,
  refused: (caller: Call) => Promise<string>,
): void {
  const { method, path, json, harmless } = route;
  const action = actions.find((known) => known === route.action);
  const means = action ? `may do ${action}` : `has ${route.action}`;

  async function letIn(caller: Call): Promise<void> {
    const { roles, callers } = settingOf();
    const response = await call(roles, callers.pathOf(harmless?.path ?? path), {
      method,
      json: harmless?.json ?? json,
      ...caller,
    });
    const body = await response.text();
    expect(response.status, body).toBeLessThan(500);
    expect(response.status, body).not.toBe(401);
    expect(body).not.toMatch(/"code":"(permission_denied|user_required|not_a_member)"/);
  }

  for (const role of roleNames) {
    const may = action
      ? isAllowed({ kind: 'user', userId: '', teamId: '', role }, action)
      : route.action !== 'operator';
    test(`${method} ${path} ${may ? 'lets in' : 'refuses'} a person with the role ${role}`, async () => {
      const caller = settingOf().callers.asRole(role);
      if (may) await letIn(caller);
      else expect(await refused(caller)).toBe('permission_denied');
    });
  }

  test(`${method} ${path} lets in just those keys whose scope ${means}`, async () => {
    const { callers } = settingOf();
    const fitting = action
      ? scopesWith(action)
      : route.action === 'any credential'
        ? scopeNames
        : [];
    for (const scope of fitting) await letIn(await callers.asKey([scope]));
    const others = scopeNames.filter((scope) => !fitting.includes(scope));
    if (others.length > 0) {
      const code = await refused(await callers.asKey(others));
      expect(code).toBe(route.action === 'own account' ? 'user_required' : 'permission_denied');
    }
    if (fitting.length > 0) await letIn(await callers.asKey(['*']));
    else await refused(await callers.asKey(['*']));
  });
}

function scopesWith(action: Action): readonly Scope[] {
  return rules.find((rule) => rule.action === action)?.scopes ?? [];
}
