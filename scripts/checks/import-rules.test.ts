import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkImports } from './import-rules.ts';

let root: string;

function plant(files: Record<string, string>): void {
  for (const [path, source] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), source);
  }
}

const domain = 'apps/server/src/domains';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'voiceflow-imports-'));
  plant({
    'package.json': '{"type":"module"}',
    [`${domain}/keys/index.ts`]: `export * from './service.ts';`,
    [`${domain}/keys/service.ts`]: 'export const key = 1;',
    [`${domain}/voices/index.ts`]: 'export const voice = 1;',
    'packages/speech/src/index.ts': 'export const speak = 1;',
    'apps/server/src/platform/clock.ts': 'export const clock = 1;',
    'apps/web/src/main.tsx': 'export const page = <p />;',
    'node_modules/kysely/package.json': '{"name":"kysely","main":"index.js"}',
    'node_modules/kysely/index.js': 'export const sql = 1;',
  });
});

afterEach(() => rmSync(root, { recursive: true }));

describe('lets through', () => {
  test.each([
    [
      'a lower domain through its index',
      `${domain}/voices/service.ts`,
      `import { key } from '../keys/index.ts';`,
    ],
    ['SQL in a store', `${domain}/keys/store.ts`, `import { sql } from 'kysely';`],
    [
      'a type of the database in a service',
      `${domain}/keys/create.ts`,
      `import type { sql } from 'kysely';`,
    ],
    [
      'a file that says using',
      `${domain}/keys/using.ts`,
      'export function f() { using x = null; }',
    ],
  ])('%s', async (_, path, source) => {
    plant({ [path]: source });
    const report = await checkImports(root);
    expect(report.violations).toEqual([]);
    expect(report.moduleCount).toBeGreaterThan(5);
  });
});

describe('refuses', () => {
  test.each([
    [
      'a higher domain',
      'domain-order',
      `${domain}/keys/peek.ts`,
      `import { voice } from '../voices/index.ts';`,
    ],
    [
      'a domain that has no place',
      'domain-order',
      `${domain}/gadgets/index.ts`,
      'export const g = 1;',
    ],
    [
      "another domain's inside",
      'domain-through-its-index',
      `${domain}/voices/peek.ts`,
      `import { key } from '../keys/service.ts';`,
    ],
    [
      "a domain's inside from outside",
      'domain-through-its-index',
      'apps/server/src/api.ts',
      `import { key } from './domains/keys/service.ts';`,
    ],
    [
      'a domain in the platform',
      'platform-knows-no-domain',
      'apps/server/src/platform/peek.ts',
      `import { key } from '../domains/keys/index.ts';`,
    ],
    [
      'SQL in a service',
      'only-stores-touch-the-database',
      `${domain}/keys/create.ts`,
      `import { sql } from 'kysely'; export const x = sql;`,
    ],
    [
      'an app in the speech package',
      'speech-stands-alone',
      'packages/speech/src/peek.ts',
      `import { clock } from '../../../apps/server/src/platform/clock.ts';`,
    ],
    [
      'the server in the web app',
      'web-imports-nothing-of-the-server',
      'apps/web/src/peek.ts',
      `import { clock } from '../../server/src/platform/clock.ts';`,
    ],
    [
      'a cycle',
      'no-cycle',
      `${domain}/keys/service.ts`,
      `import { key as k } from './index.ts'; export const key = k;`,
    ],
  ])('%s', async (_, rule, path, source) => {
    plant({ [path]: source });
    const { violations } = await checkImports(root);
    expect(violations.map((line) => line.split(':')[0])).toContain(rule);
    expect(new Set(violations.map((line) => line.split(':')[0]))).toEqual(new Set([rule]));
  });
});
