import { type Action, rolesFor, rules, type Scope, scopes } from '../domains/teams/index.ts';
import { roles } from '../platform/context.ts';

/** The page of roles and scopes, in Markdown, from the table that the server decides by. */
export function renderRolesPage(): string {
  const actionRows = rules.map((rule) => {
    const marks = roles.map((role) => (rolesFor(rule.action).includes(role) ? '✓' : '–'));
    return `| ${rule.means} | \`${rule.action}\` | ${marks.join(' | ')} | ${listScopes(rule.scopes)} |`;
  });
  const scopeRows = scopes.map(({ scope, means }) => {
    return `| \`${scope}\` | ${means} | ${listCode(actionsOf(scope))} |`;
  });
  return `---
title: Roles and scopes
---

<!-- Made from apps/server/src/domains/teams/permissions.ts by \`npm run docs:roles\`. Do not edit. -->

# Roles and scopes

A person may do in a team what their role allows. A key may do what its scopes hold, and no key is made
with a scope whose actions its maker may not all do. \`GET /v1/me/permissions\` answers what the
credential that asks may do.

| | action | ${roles.join(' | ')} | a key with |
|---|---|${roles.map(() => ':-:|').join('')}---|
${actionRows.join('\n')}

Who may not gets 403 \`permission_denied\`, which says what it takes. A team that you do not belong to
answers as one that does not exist.

## Scopes of keys

| scope | for | holds |
|---|---|---|
${scopeRows.join('\n')}
| \`*\` | Everything that its maker may do | all of the above |

\`*\` of a maker who is limited becomes the scopes that they have. Keys of earlier versions have actions
for scopes, such as \`keys.read\`; they go on working, and hold just these.
`;
}

function actionsOf(scope: Scope): readonly Action[] {
  return rules.filter((rule) => rule.scopes.includes(scope)).map(({ action }) => action);
}

function listScopes(names: readonly string[]): string {
  return names.length === 0 ? 'no scope' : names.map((name) => `\`${name}\``).join(' or ');
}

function listCode(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}
