import { parseArgs } from 'node:util';
import { readEnv } from '../env.ts';
import { DomainError } from '../platform/errors.ts';
import { silentLog } from '../platform/log.ts';
import { createSystemContext } from '../platform/system-context.ts';
import { publicUrlOf } from '../public-url.ts';
import { makeFirstOwner } from '../workflows/first-owner.ts';
import { withCommandDatabase } from './command-database.ts';

const usage = `Makes a person the owner of the first team, and so the operator of this server. Prints a link that
sets their password: it works once, for one hour. Run it again for another link.

  npm run owner:create -- --email ADDRESS [--name NAME]
`;

const { values } = parseArgs({
  options: {
    email: { type: 'string' },
    name: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help || values.email === undefined) {
  (values.help ? process.stdout : process.stderr).write(usage);
  process.exit(values.help ? 0 : 64);
}

const env = readEnv();
const input = { email: values.email, name: values.name?.trim() || null };
try {
  const { email, passwordToken } = await withCommandDatabase(env, (db) =>
    makeFirstOwner({ ctx: createSystemContext({ db, log: silentLog }), input }),
  );
  const url = publicUrlOf(env);
  process.stdout.write(
    passwordToken === null
      ? `${email} owns the first team, and logs in at ${url}/log-in\n`
      : `${email} owns the first team. Within the hour, set a password at\n${url}/reset-password#token=${passwordToken}\n`,
  );
} catch (error) {
  if (!(error instanceof DomainError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
