import { apiKeyStore } from './api-key.ts';
import type { Attempt } from './attempt.ts';
import { noteDenial } from './denials.ts';
import { ApiError, isCredentialRefused, readProblem } from './problem.ts';
import { reach } from './reach.ts';
import { refreshTokens } from './refresh-tokens.ts';
import { loseTeam, teamChoiceStore } from './team-choice.ts';

/** What is about the person, or names its team itself. */
const anyTeam = /^\/v1\/(?:me|auth|invitations|teams)\b/;

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
  if (answer.problem?.code === 'not_a_member' && answer.team !== undefined) {
    loseTeam(answer.team);
    // What was to be changed in that team is not meant for another one.
    if (init.method === undefined || anyTeam.test(path)) answer = await send(path, init);
  }
  const { response, problem } = answer;
  if (!problem) return response;
  if (isCredentialRefused(problem)) apiKeyStore.update({ wanted: true });
  if (problem.code === 'permission_denied') noteDenial();
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

/** Makes what must not be made twice, though the answer may be lost on its way. */
export async function postOnce(path: string, body: unknown, attempt: Attempt): Promise<Response> {
  const json = JSON.stringify(body);
  const response = await callApi(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': attempt.keyFor(json) },
    body: json,
  });
  attempt.end();
  return response;
}

async function send(path: string, init: RequestInit) {
  const headers = new Headers(init.headers);
  const { key } = apiKeyStore.get();
  const team = key === undefined ? teamChoiceStore.get().id : undefined;
  if (key !== undefined) headers.set('authorization', `Bearer ${key}`);
  if (team !== undefined) headers.set('x-voiceflow-team', team);
  const response = await reach(path, { ...init, headers });
  return { response, problem: response.ok ? undefined : await readProblem(response), team };
}
