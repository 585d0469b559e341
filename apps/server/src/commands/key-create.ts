import { parseArgs } from 'node:util';
import { issueKey } from '../domains/keys/index.ts';
import { getFirstTeam } from '../domains/teams/index.ts';
import { readEnv } from '../env.ts';
import { silentLog } from '../platform/log.ts';
import { createSystemContext } from '../platform/system-context.ts';
import { bootstrap } from '../workflows/bootstrap.ts';
import { withCommandDatabase } from './command-database.ts';

const usage = `Makes another API key for the first team and prints it; it is not shown again.

  npm run key:create -- [--name NAME] [--test]
`;

const { values } = parseArgs({
  options: {
    name: { type: 'string', default: 'Made on the command line' },
    test: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(usage);
  process.exit(0);
}

const key = await withCommandDatabase(readEnv(), async (db) => {
  const ctx = createSystemContext({ db, log: silentLog });
  const first = await bootstrap({ ctx, input: { keyFile: null } });
  if (first.newKey && !values.test) return first.newKey;
  const team = await getFirstTeam({ ctx });
  if (!team) throw new Error('there is no team');
  const { name } = values;
  const mode = values.test ? 'test' : 'live';
  const input = { teamId: team.id, createdBy: team.ownerId, name, mode } as const;
  return (await issueKey({ ctx, input })).key;
});
process.stdout.write(`${key}\n`);
