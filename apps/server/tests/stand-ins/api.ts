/** The least that the supervisor needs of an API: it is ready when the database answers. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Client } from 'pg';
import { stopWithParent } from '../../src/platform/supervisor/role-lifecycle.ts';

/** As if a stream had no end. */
const isBusy = process.env.STAND_IN_STREAMS !== undefined;
stopWithParent(async (hurry) => void (isBusy && (await once(hurry, 'abort'))), {
  patienceMs: Number(process.env.DRAIN_SECONDS) * 1000,
});
if (process.env.STAND_IN_CRASHES) throw new Error('the stand-in crashes as it was told to');

async function countTeams(): Promise<number> {
  const client = new Client({ connectionString: process.env.DATABASE_URL });
  client.on('error', () => {});
  await client.connect();
  const { rows } = await client.query('SELECT count(*)::int AS teams FROM teams');
  await client.end();
  return rows[0].teams;
}

createServer((_request, response) => {
  countTeams().then(
    (teams) => response.end(String(teams)),
    () => response.writeHead(503).end(),
  );
}).listen(Number(process.env.PORT), process.env.HOST);
