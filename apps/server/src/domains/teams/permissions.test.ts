import { describe, expect, it } from 'vitest';
import { type Actor, type Role, roles } from '../../platform/context.ts';
import {
  actions,
  isAllowed,
  mayGive,
  requirePermission,
  rules,
  scopeNames,
} from './permissions.ts';

const teamId = '01890000-0000-7000-8000-000000000001';
const asUser = (role: Role): Actor => ({ kind: 'user', userId: teamId, teamId, role });
const asKey = (...scopes: string[]): Actor => ({
  kind: 'key',
  keyId: teamId,
  teamId,
  scopes,
  mode: 'live',
});
const allowed = (actor: Actor) => actions.filter((action) => isAllowed(actor, action));

describe('a role', () => {
  it('may do whatever a lesser one may, and the owner everything', () => {
    expect(allowed(asUser('owner'))).toEqual(actions);
    const ascending = roles.toReversed().map((role) => allowed(asUser(role)));
    for (const [place, more] of ascending.entries()) {
      expect(more).toEqual(expect.arrayContaining(ascending[place - 1] ?? []));
    }
  });

  it('of a viewer changes nothing', () => {
    expect(allowed(asUser('viewer')).every((action) => action.endsWith('.read'))).toBe(true);
  });
});

describe('a key', () => {
  it('may do what its scopes hold', () => {
    expect(allowed(asKey('generate'))).toEqual([
      'voices.read',
      'client_tokens.create',
      'speech.create',
    ]);
    expect(allowed(asKey('voices', 'keys'))).toEqual(['voices.read', 'keys.read', 'keys.write']);
    expect(allowed(asKey())).toEqual([]);
  });

  it('with all scopes may do all but what takes a person', () => {
    const personal = [
      'signing.manage',
      'two_factor.require',
      'sso.manage',
      'team.transfer',
      'team.delete',
    ];
    expect(actions.filter((action) => !isAllowed(asKey('*'), action))).toEqual(personal);
    expect(allowed(asKey(...scopeNames))).toEqual(allowed(asKey('*')));
  });

  it('of an earlier version has actions for scopes, and no more than them', () => {
    expect(allowed(asKey('keys.read', 'usage.read'))).toEqual(['usage.read', 'keys.read']);
    expect(allowed(asKey('team.delete', 'nonsense'))).toEqual([]);
  });
});

describe('a scope is given by who may do all that it holds', () => {
  it.each([
    ['developer', ['generate', 'voices', 'usage', 'keys']],
    ['admin', scopeNames],
    ['viewer', ['voices', 'usage']],
  ] as const)('%s', (role, given) => {
    expect(scopeNames.filter((scope) => mayGive(asUser(role), scope))).toEqual(given);
  });
});

describe('who may not is told what it takes:', () => {
  const refusals = [
    [
      'viewer',
      asUser('viewer'),
      'keys.write',
      'the role owner or admin or developer, and yours is',
    ],
    ['key', asKey('usage'), 'voices.read', 'a key with the scope "generate" or "voices"'],
    ['any key', asKey('*'), 'team.delete', 'a person with the role owner'],
  ] as const;
  it.each(refusals)('%s', (_who, actor, action, words) => {
    expect(() => requirePermission(actor, action)).toThrow(words);
  });
});

it('no action is listed twice', () => {
  expect(new Set(actions).size).toBe(rules.length);
});
