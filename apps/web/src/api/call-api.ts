import { apiKeyStore } from './api-key.ts';
import { ApiError, isCredentialRefused, readProblem } from './problem.ts';
import { reach } from './reach.ts';
import { refreshTokens } from './refresh-tokens.ts';
import { forgetTeam, readTeam } from './team-choice.ts';

/**
 * Calls the API of this page's own server as whoever is here: the key pasted in this tab, else the
 * cookies. Throws ApiError for any answer but 2xx and for no answer; an abort throws the signal's
 * reason.
 */
export async function callApi(path: string, init: RequestInit = {}): Promise<Response> {
  const sentAtMs = Date.now();
  let answer = await send(path, init);
  if (answer.problem?.code === 'invalid_access_token') {
    await refreshTokens(sentAtMs);
    answer = await send(path, init);
  }
  // The person was removed from the team that this browser remembers.
  if (answer.problem?.code === 'not_a_member' && forgetTeam()) answer = await send(path, init);
  const { response, problem } = answer;
  if (!problem) return response;
  if (isCredentialRefused(problem)) apiKeyStore.update({ wanted: true });
  throw new ApiError(problem);
}

/** Sends `body` as JSON. */
export function postJson(path: string, body: unknown, method = 'POST'): Promise<Response> {
  return callApi(path, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

async function send(path: string, init: RequestInit) {
  const headers = new Headers(init.headers);
  const { key } = apiKeyStore.get();
  const team = readTeam();
  if (key !== undefined) headers.set('authorization', `Bearer ${key}`);
  else if (team !== undefined) headers.set('x-voiceflow-team', team);
  const response = await reach(path, { ...init, headers });
  return { response, problem: response.ok ? undefined : await readProblem(response) };
}
