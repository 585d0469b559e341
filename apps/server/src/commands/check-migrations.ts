import { readMigrations } from '../platform/database/migrator.ts';
import { checkMigration } from './migration-rules.ts';

let problems = 0;
const files = await readMigrations();
for (const file of files) {
  for (const { line, rule, message } of await checkMigration(file.text)) {
    problems += 1;
    process.stderr.write(`apps/server/migrations/${file.name}.sql:${line} ${rule}: ${message}\n`);
  }
}
if (problems > 0) process.exitCode = 1;
else process.stdout.write(`${files.length} migrations lock no large table\n`);
