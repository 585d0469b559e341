import { parseArgs } from 'node:util';
import { readEnv } from '../env.ts';
import { silentLog } from '../platform/log.ts';
import { createSystemContext } from '../platform/system-context.ts';
import { importJsonStore } from '../workflows/json-import/import-json-store.ts';
import { withCommandDatabase } from './command-database.ts';

const { positionals: files } = parseArgs({ allowPositionals: true });
if (files.length === 0) {
  process.stderr.write(
    'usage: npm run db:import -- FILE…   (JSON; see the docs, Operate, Import)\n',
  );
  process.exit(64);
}
const { lines, errors } = await withCommandDatabase(readEnv(), (db) =>
  importJsonStore({ ctx: createSystemContext({ db, log: silentLog }), input: { files } }),
);
for (const { place, what, imported } of lines) {
  process.stdout.write(`${place}: ${what} ${imported ? 'imported' : 'already there'}\n`);
}
for (const error of errors) process.stderr.write(`${error}\n`);
const imported = lines.filter((line) => line.imported).length;
process.stdout.write(
  errors.length > 0
    ? `${errors.length} ${errors.length === 1 ? 'problem' : 'problems'}; nothing was written.\n`
    : `${imported} imported, ${lines.length - imported} already there.\n`,
);
if (errors.length > 0) process.exitCode = 1;
