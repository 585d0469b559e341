/** `npm run openapi`: writes openapi/voiceflow.yaml from the routes; `--check` fails when it is stale. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { stringify } from 'yaml';
import { createApiApp } from './api-app.ts';
import { systemClock } from './platform/clock.ts';
import { openApiDocument } from './platform/http/index.ts';
import { silentLog } from './platform/log.ts';

const file = resolve(import.meta.dirname, '../../../openapi/voiceflow.yaml');

/** Describing the routes calls nothing that they stand on. */
function absent(): never {
  throw new Error('no request is served here');
}

const app = await createApiApp({
  http: {
    log: silentLog,
    clock: systemClock,
    get db() {
      return absent();
    },
    get authenticators() {
      return absent();
    },
  },
  get accounts() {
    return absent();
  },
  get teams() {
    return absent();
  },
  get sso() {
    return absent();
  },
  get mailbox() {
    return absent();
  },
  synthesis: {
    get maker() {
      return absent();
    },
    get budgets(): never {
      throw new Error('nothing is synthesised here');
    },
    get completions() {
      return absent();
    },
    get allowances() {
      return absent();
    },
    get connections() {
      return absent();
    },
    get orders() {
      return absent();
    },
    get metrics() {
      return absent();
    },
  },
  unready: absent,
});
await app.ready();
const yaml = stringify(openApiDocument(app), { aliasDuplicateObjects: false });

if (!process.argv.includes('--check')) {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, yaml);
} else if (yaml !== (await readFile(file, 'utf8').catch(() => ''))) {
  process.stderr.write(
    `${relative(process.cwd(), file)} is stale: run npm run openapi -w apps/server\n`,
  );
  process.exitCode = 1;
}
