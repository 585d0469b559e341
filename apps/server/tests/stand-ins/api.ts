/** The least that the supervisor needs of an API: it is ready when the database answers. */
import { createServer } from 'node:http';
import { Client } from 'pg';
import { stopWithParent } from '../../src/platform/supervisor/role-lifecycle.ts';

stopWithParent(async () => {});
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
