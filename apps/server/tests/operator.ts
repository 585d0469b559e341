import { sql } from 'kysely';
import { parseId } from '../src/platform/ids.ts';
import type { AccountApp } from './account-app.ts';

/** The access token of an owner of the server's first team. */
export async function logInOperator(server: AccountApp): Promise<string> {
  const { email } = await server.createAccount();
  const { access_token: accessToken } = await server.logIn(email);
  const me = (await server.get('/v1/me', { accessToken })).json();
  await sql`
    UPDATE teams SET created_at = (SELECT min(created_at) - interval '1 day' FROM teams) WHERE id = ${parseId('team', me.team.id)}
  `.execute(server.database.db);
  return accessToken;
}
