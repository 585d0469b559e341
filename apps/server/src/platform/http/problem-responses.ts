import type { z } from 'zod';
import type { ProblemCode } from '../errors.ts';
import {
  addOpenAiError,
  openAiProblemSchema,
  problemSchema,
  type StatusOf,
  titleOf,
  typeOf,
} from './problem.ts';

/** Every code that a route may document, with its status and a specimen of its `detail`. */
const catalogue = {
  invalid_field: [400, 'speed: must be from 0.5 to 2', 'speed'],
  wrong_password: [
    400,
    'current_password: is not the password of this account.',
    'current_password',
  ],
  missing_credential: [
    401,
    'This needs an API key: send it as "Authorization: Bearer vf_live_…".',
    'Authorization',
  ],
  invalid_credentials: [401, 'The e-mail or the password is wrong.', undefined],
  invalid_refresh_token: [
    401,
    'This refresh token is not valid: it is unknown, used, revoked or has run out. Log in again.',
    undefined,
  ],
  permission_denied: [
    403,
    'This credential may not do "speech.create": it takes a key with the scope "generate".',
    undefined,
  ],
  sign_in_expired: [401, 'This log-in is over. Begin again.', undefined],
  budget_exceeded: [
    402,
    "This key's budget of 10000 characters a month is used up: 9950 are used, and this takes 120. It begins anew at 2026-02-01T00:00:00.000Z.",
    undefined,
  ],
  ip_not_allowed: [403, 'This key may not be used from the address 192.0.2.7.', undefined],
  scope_exceeded: [
    403,
    'A credential cannot give away the scope "audit.read", which it lacks itself.',
    'scopes',
  ],
  expiry_exceeded: [
    403,
    'A key that ends, as yours does at 2026-04-20T10:30:00.000Z, cannot make one that ends later.',
    'lifetime_days',
  ],
  bounds_exceeded: [
    403,
    'A key in test mode deals with test keys alone, and one with a rate or a budget of its own makes and changes none.',
    undefined,
  ],
  plan_required: [403, 'Single sign-on comes with the plan enterprise.', undefined],
  sso_required: [403, 'Your team logs in through its identity provider.', undefined],
  email_not_verified: [403, 'Confirm your address first.', undefined],
  user_required: [403, 'This is about a person: log in and send the access token.', undefined],
  cross_site_request: [403, "This may not be asked for by another site's page.", undefined],
  voice_not_found: [404, 'There is no voice "af_hart". Did you mean "af_heart"?', 'id'],
  member_not_found: [404, 'There is no such member in this team.', 'user_id'],
  invitation_not_found: [404, 'There is no such invitation in this team.', 'invitation_id'],
  key_not_found: [404, 'There is no such key in this team.', 'id'],
  webhook_not_found: [404, 'There is no such webhook in this team.', 'id'],
  signing_secret_not_found: [404, 'There is no such signing secret in this team.', 'id'],
  device_not_found: [404, 'user_code: no device waits with this code.', 'user_code'],
  passkey_not_found: [404, 'id: your account has no such passkey.', 'id'],
  passkey_refused: [401, 'This passkey does not open an account here.', undefined],
  invalid_passkey: [400, 'response: is not what a passkey answers.', 'response'],
  second_factor_first: [409, 'Turn your own second factor on first.', undefined],
  passkey_taken: [409, 'This passkey was added already.', undefined],
  passkeys_unavailable: [409, 'This server is reached by a number.', undefined],
  owns_teams: [409, 'Others belong to teams that you own: "Team" (team_…).', undefined],
  too_many_passkeys: [409, 'An account has at most 20 passkeys.', undefined],
  confirmation_required: [403, 'Confirm that it is you (POST /v1/me/confirm).', undefined],
  no_way_to_confirm: [409, 'code: this account has none to confirm with.', 'code'],
  account_not_found: [404, 'email: no account has this address.', 'email'],
  team_not_found: [404, 'You belong to no such team.', 'id'],
  session_not_found: [404, 'id: your account has no such session.', 'id'],
  sso_not_found: [404, 'No team has single sign-on for this.', 'email'],
  domain_not_found: [404, 'The team has no such domain.', 'domain'],
  provider_not_found: [
    404,
    'This server does not log people in through that provider.',
    'provider',
  ],
  connection_not_found: [404, 'There is no such connection of this account.', 'id'],
  dead_letter_not_found: [
    404,
    'There is no such dead letter; it was replayed, purged or kept for long enough.',
    'id',
  ],
  dead_letter_outdated: [
    409,
    'An earlier version of the server wrote this letter, and this one cannot replay it.',
    'id',
  ],
  generation_not_found: [
    404,
    'There is no such generation in this team, or its stream can no longer be resumed.',
    'id',
  ],
  generation_outdated: [
    409,
    'Another model serves by now, whose audio would not go on where this stream broke off.',
    'id',
  ],
  not_acceptable: [
    406,
    'Accept: name one of audio/wav, audio/mpeg, or leave it to the field "format".',
    'Accept',
  ],
  offset_beyond_end: [
    416,
    'The audio has 48044 bytes: there is nothing from byte 50000 on.',
    'offset',
  ],
  body_too_large: [413, 'The body is larger than this route takes.', undefined],
  unsupported_media_type: [
    415,
    'Send the body as application/json or, where the route takes it, multipart/form-data.',
    undefined,
  ],
  idempotency_key_reused: [
    422,
    'This Idempotency-Key was used for another request within the last 24 hours.',
    'Idempotency-Key',
  ],
  idempotent_answer_lost: [
    409,
    'This Idempotency-Key was answered before, but the answer cannot be read any more.',
    'Idempotency-Key',
  ],
  upgrade_required: [
    426,
    'This is a WebSocket: send the request as a WebSocket client does.',
    undefined,
  ],
  rate_limit_exceeded: [429, 'More than 60 requests in a minute; try again in 7 s.', undefined],
  concurrency_limit_exceeded: [
    429,
    'Your team has 10 requests for speech under way or waiting, as many as its plan allows at once; try again in 3 s.',
    undefined,
  ],
  connection_limit_exceeded: [
    429,
    'Your team has 10 connections for live text open, which is all that its plan allows; close one, or open more contexts on one.',
    undefined,
  ],
  too_many_attempts: [429, 'Too many attempts; try again in 600 s.', undefined],
  key_revoked: [409, 'This key is revoked, and stays so. Make another one.', 'id'],
  too_many_webhooks: [409, 'A team has at most 20 webhooks: delete one first.', undefined],
  webhook_disabled: [409, 'This webhook is disabled: enable it first.', undefined],
  too_many_signing_secrets: [
    409,
    'A team has at most 5 signing secrets at a time: revoke one first.',
    undefined,
  ],
  signing_secret_required: [
    409,
    'While requests must be signed, the team needs a signing secret: make one first.',
    undefined,
  ],
  no_successor: [
    409,
    'No next secret of this key lies ready; to have one now, rotate the key.',
    'id',
  ],
  rotation_under_way: [
    409,
    'The secret before the present one works until 2026-01-21T10:30:00.000Z, and both are in use: wait, or end the overlap.',
    'id',
  ],
  owner_required: [409, 'A team always has its owner. Hand the team over first.', 'user_id'],
  already_owner: [409, 'user_id: owns this team already.', 'user_id'],
  first_team: [409, 'This is the first team of this server.', 'id'],
  already_member: [409, 'email: leads to somebody who belongs to this team already.', 'email'],
  too_many_teams: [409, 'You own 20 teams, and nobody may own more.', undefined],
  two_factor_on: [409, 'This account has a second factor already.', undefined],
  domain_unproven: [409, 'The DNS shows no such TXT record at example.com.', 'domain'],
  too_many_domains: [409, 'A team has at most 50 domains.', undefined],
  last_way_in: [409, 'Nothing else opens this account. Set a password first.', undefined],
  synthesis_failed: [500, 'The speech could not be made: 3 attempts failed.', undefined],
  overloaded: [503, 'All synthesis workers are busy; try again in 4 s.', undefined],
  dns_unavailable: [503, 'The DNS does not answer; try again in 10 s.', undefined],
  provider_unavailable: [503, 'The provider cannot be reached; try again in 5 s.', undefined],
  queue_timeout: [
    504,
    'All synthesis workers were busy for 120 s; the request had come to place 4 of the queue. Nothing was made and nothing counts.',
    undefined,
  ],
  synthesis_timeout: [
    504,
    'The speech was not done after 600 s of computing. Nothing counts; a shorter text may do.',
    undefined,
  ],
  not_ready: [503, 'Not ready: no synthesis worker has warmed up yet.', undefined],
} as const satisfies {
  readonly [Code in ProblemCode]?: readonly [
    status: StatusOf<Code>,
    detail: string,
    param: string | undefined,
  ];
};

export type DocumentedProblem = keyof typeof catalogue;

const descriptions: Readonly<Record<number, string>> = {
  400: 'The request is not valid; `param` names the field',
  401: 'No credential, or one that is malformed, unknown, revoked or past its end; or no right signature',
  402: "The key's budget for this month is used up",
  403: 'The credential may not do this',
  404: 'There is no such thing in this team',
  406: 'Nothing of what `Accept` names can be made',
  409: 'The state of what is asked for forbids it',
  413: 'The body is too large',
  415: 'The content type is not taken here',
  416: 'The audio ends before',
  422: 'The Idempotency-Key belongs to another request',
  426: 'This is a WebSocket',
  429: 'Too many requests; Retry-After says when to come back',
  500: 'The work failed on our side; a retry is safe with an Idempotency-Key',
  503: 'Busy or not ready; Retry-After says when to come back',
  504: 'It was not done in time; nothing counts',
};

type ProblemStatus = (typeof catalogue)[DocumentedProblem][0];
type ProblemResponses<Schema> = Partial<
  Record<
    ProblemStatus,
    { description: string; content: { 'application/problem+json': { schema: Schema } } }
  >
>;

/** The `response` entries of a route's schema for what may go wrong there. */
export function problems(...codes: DocumentedProblem[]): ProblemResponses<typeof problemSchema> {
  return describeProblems(problemSchema, codes);
}

/** The same for a route that answers OpenAI's clients. */
export function openAiProblems(
  ...codes: DocumentedProblem[]
): ProblemResponses<typeof openAiProblemSchema> {
  return describeProblems(openAiProblemSchema, codes);
}

/** Whatever asks for a credential is limited; a key may be bound to networks. */
const problemsOfCredentials = ['rate_limit_exceeded', 'ip_not_allowed'] as const;
/** Elsewhere what is refused is limited. */
const problemsOfRefusals = ['rate_limit_exceeded'] as const;

function describeProblems<Schema>(
  schema: Schema,
  codes: readonly DocumentedProblem[],
): ProblemResponses<Schema> {
  const entries: ProblemResponses<Schema> = {};
  const common = codes.includes('missing_credential') ? problemsOfCredentials : problemsOfRefusals;
  for (const code of [...codes, ...common]) {
    const [status] = catalogue[code];
    entries[status] = {
      description: descriptions[status] ?? code,
      content: { 'application/problem+json': { schema } },
    };
  }
  return entries;
}

/** One example of a problem document for a status, where any is documented. */
export function exampleProblem(
  status: number,
  openAi: boolean,
): z.infer<typeof problemSchema> | undefined {
  for (const [code, [codeStatus, detail, param]] of Object.entries(catalogue)) {
    if (codeStatus !== status) continue;
    const problem = {
      type: typeOf(code),
      title: titleOf(code),
      status,
      detail,
      code,
      ...(param === undefined ? {} : { param }),
      request_id: 'req_5f0c2d3b9a1e4c7f8d6b2a1c3e5f7a9b',
    };
    return openAi ? addOpenAiError(problem) : problem;
  }
  return undefined;
}
