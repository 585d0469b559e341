/**
 * Every code of a problem document, under the kind that decides its status: what it means and what
 * mends it, for a page that the problem's `type` leads to. `npm run docs:errors` writes the reference.
 */
export const problemGuide = {
  invalid: {
    audit_event_retired:
      'The event that you compare with is past its retention and gone. Verify the log without it, and note its head again now and then.',
    cloning_unavailable:
      'The form holds `voice_ref`, and this server clones no voices yet. Leave the field out and name a `voice`.',
    invalid_body:
      'The body is missing, or is no object. Send one JSON object, or a form where the route takes it, with the fields of the route.',
    invalid_code:
      'The code is wrong, has run out, or was used already. Take the next one of your authenticator app; of recovery codes each works once.',
    invalid_content_length:
      'The header `Content-Length` is not the length of the body. Let your HTTP library set it.',
    invalid_email:
      'This is no address that mail can be sent to: one address such as `ada@example.com`, at most 254 characters.',
    invalid_encoding: 'The body, or a field of the form, is not valid UTF-8. Send text as UTF-8.',
    invalid_field:
      'A field, parameter or header holds what it must not. `param` names it, and `detail` says what is allowed and what was sent.',
    invalid_invitation:
      'The invitation was used or revoked, or has run out. Ask whoever invited you for a new one.',
    invalid_issuer:
      "The address of the identity provider does not answer as one must. Check it against the provider's own description (`/.well-known/openid-configuration`).",
    invalid_json:
      'The body is no valid JSON; it holds, for example, a comma too many, `NaN`, or nothing at all. Have a JSON library write it.',
    invalid_multipart:
      'The form cannot be read: it is cut short, its boundary is missing, a field comes twice, or a file stands where text belongs. Let your HTTP library write it, with its `Content-Type`.',
    invalid_passkey:
      'What the browser sent is no answer of a passkey, or answers another question. Begin the log-in or the registration again.',
    invalid_request: 'The request breaks a rule of HTTP; `detail` names it.',
    invalid_token:
      'The token of a mailed link is not valid, was used already, or has run out. Ask for a new link.',
    invalid_url: 'The path is no valid URL. Percent-encode what stands in it.',
    malformed_message:
      'A message over the WebSocket is no JSON object in a text frame. See the page on live text.',
    malformed_request:
      'This is no well-formed HTTP request, or its headers are too large. The connection was closed.',
    name_differs:
      'To delete a team you type its name exactly as it is, and this is another. Nothing was deleted.',
    nothing_to_say:
      'The text holds only punctuation, symbols, emoji or scripts that the voices cannot read. Send at least one word or number.',
    password_breached:
      'The password stands in a list of those that were stolen elsewhere. Take another; several random words are good.',
    password_too_common:
      'The password is among those that attackers try first. Take another; several random words are good.',
    text_empty:
      'The text is empty, or nothing is left of it after trimming. Send 1 to 5,000 characters.',
    text_malformed:
      'The text holds half of a surrogate pair or a control character; `detail` says where. Take it out.',
    text_too_long:
      'The text has more than 5,000 characters (code points, after trimming). Cut it, best between sentences, and send the parts one after the other.',
    unknown_field:
      'The body or the query holds a name that this route does not know: mostly a spelling mistake. `param` names it.',
    unknown_voice:
      'No voice has this id. `detail` names the nearest; `GET /v1/voices` lists all of them.',
    unsupported_sample_rate:
      'The format cannot have this sample rate; `detail` lists those that it can. Left out, a fitting one is taken.',
    wrong_password: 'The password that you confirm with is not that of your account.',
  },
  /** Who calls is not known. */
  unauthenticated: {
    api_key_expired:
      'The key was good and has ended. Make another one, or rotate keys before their end; notices tell of it 14, 7 and 1 days before.',
    invalid_access_token:
      'The access token is not valid or has run out; one lives for 15 minutes. Refresh it (`POST /auth/refresh`), or log in again.',
    invalid_api_key:
      'The key is malformed, unknown or revoked. Check that all of it was copied, and that it is a key of this server.',
    invalid_client_token:
      'The client token is unknown, past its end, or made by who may no longer. Have your server make a new one.',
    invalid_credential:
      'The header `Authorization` has another form than `Bearer` and one key. Send `Authorization: Bearer vf_live_…`.',
    invalid_credentials:
      'The e-mail address or the password is wrong; which of them is not told. A password can be set anew by mail.',
    invalid_refresh_token:
      'The refresh token is unknown, used, revoked or past its end. Each works once, and a second use ends the session. Log in again.',
    invalid_signature:
      'The signature is no `v1=` with 64 hexadecimal digits, or is not that of this body and timestamp under a signing secret of the team. Sign the bytes exactly as they are sent.',
    missing_credential:
      'The route needs to know who calls. Send a key as `Authorization: Bearer vf_live_…`, or log in.',
    passkey_refused:
      'The passkey opens no account here: it was removed, or is of another server. Log in another way.',
    second_factor_required:
      'The password is right, and the account has a second factor. Send the same again with `code`, from the authenticator app or of the recovery codes.',
    sign_in_expired:
      'The log-in at the provider took more than ten minutes, was ended already, or began in another browser. Begin again.',
    sign_in_failed:
      'The answer of the identity provider cannot be trusted, or was used already. Log in again; where it fails again, the log of the server says what did not fit.',
    signature_expired:
      'The timestamp of the signature is too far from the time of the server. Set the clock of your machine, and sign when you send.',
    signature_replayed:
      'The signature was used before. Sign each request anew; of two with the same body in one second, sign one with the second after.',
    signature_required:
      'The team takes only signed requests from its keys. Sign the request with a signing secret of the team.',
  },
  exhausted: {
    budget_exceeded:
      'The budget of the key for this month has no room for this request. Wait for the time in `detail`, or have the budget raised (`PATCH /v1/keys/{id}`).',
  },
  forbidden: {
    bounds_exceeded:
      'A key with bounds of its own (test mode, a rate, a budget) may not make or change this. Take a key without such bounds, or log in.',
    client_token_budget_exceeded:
      'The client token has less left than this would take. Have your server make a new one.',
    client_token_not_allowed:
      'A client token makes speech and lists voices, and nothing else. Call this from your server with a key.',
    confirmation_required:
      'This is dangerous enough to ask whether it is really you. Confirm (`POST /v1/me/confirm`), then send it again within ten minutes.',
    cross_site_request:
      "A page of another site asked for this with the cookies of a person. Only this server's own pages may.",
    email_not_verified:
      'The address of the account is not confirmed. Open the link that was mailed, or register again for a new one.',
    expiry_exceeded:
      'A key that ends cannot make one that ends later. Ask for a shorter lifetime, or log in.',
    invitation_for_another:
      'The invitation is for another address than yours. Log in with that one, or ask for an invitation of your own.',
    ip_not_allowed:
      'The key may be used from certain networks alone, and this address is in none of them. Behind a proxy, the server must be told which proxies to trust.',
    log_in_again:
      'The account has nothing else to confirm with than a new log-in. Log in again, then confirm within ten minutes.',
    not_a_member:
      'You do not belong to the team that `X-VoiceFlow-Team` names. `GET /v1/teams` lists yours.',
    origin_not_allowed:
      'The client token is for the pages of one origin, and this page is of another. Have one made for it.',
    permission_denied:
      'The credential is good, and its scopes or your role do not allow this; `detail` says what would. See the page on roles.',
    plan_required: 'The plan of the team does not include this.',
    provider_email_unverified:
      'The provider does not say that your address there is confirmed. Confirm it there, or log in another way.',
    removed_from_team:
      'The team has removed you, and its identity provider alone does not bring you back. Ask to be invited again.',
    scope_exceeded:
      'A credential gives away only what it has itself. Leave out the scope that `detail` names, or use a credential that has it.',
    session_required:
      'This is noted in a session, and the person at the machine has none. Log in to an account.',
    sign_in_denied: 'You, or the provider, refused the log-in there. Begin again to allow it.',
    sso_foreign_address:
      'Your address is in none of the domains that the team has proven to be its own. Ask the administrator of the team.',
    sso_required: 'Your team logs in through its identity provider. Use single sign-on.',
    team_requires_two_factor:
      'The team, or this server, asks for a second factor. Turn yours on, or log in with a passkey.',
    user_required: 'This is about a person. Log in and send the access token, not an API key.',
  },
  not_found: {
    account_not_found: 'No account of this server has the address.',
    connection_not_found: 'Your account has no such connection with a provider.',
    context_not_found:
      'No context with this id is open on the connection: it was never opened, or has ended. Open it first.',
    dead_letter_not_found:
      'There is no such dead letter: it was replayed, purged, or kept for long enough.',
    device_not_found:
      'No device waits with this code: it is mistyped, too old, or decided about. Start anew on the device.',
    domain_not_found: 'The team has no such domain.',
    generation_not_found:
      'The team has no such generation, or its stream can no longer be resumed: that is possible for an hour.',
    invitation_not_found: 'The team has no such invitation: it is unknown, accepted or revoked.',
    key_not_found: 'The team has no such key. `GET /v1/keys` lists them, revoked ones included.',
    member_not_found: 'The team has no such member.',
    not_found: 'There is nothing at this path. The reference at `/docs/api` lists all routes.',
    passkey_not_found: 'Your account has no such passkey.',
    provider_not_found:
      'This server does not log people in through that provider: its operator has not set it up.',
    session_not_found: 'Your account has no such session; it may have ended.',
    signing_secret_not_found: 'The team has no such signing secret.',
    sso_not_found:
      'No team has single sign-on for this address. Log in with your password, or ask your team.',
    team_not_found: 'You belong to no such team. `GET /v1/teams` lists yours.',
    voice_not_found: 'There is no such voice. `GET /v1/voices` lists all of them.',
    webhook_not_found: 'The team has no such webhook.',
  },
  method_not_allowed: {
    method_not_allowed:
      'The path is right and the method is not; the header `Allow` lists those that are.',
  },
  not_acceptable: {
    not_acceptable:
      'The header `Accept` names nothing that can be made. Name a type from `detail`, or leave the header out and use the field `format`.',
  },
  conflict: {
    already_invited: 'An invitation waits for this address already. Send it again, or revoke it.',
    already_member: 'Whoever this leads to belongs to the team already.',
    already_owned: 'The first team of the server has an owner already, who can hand it over.',
    already_owner: 'Who is to become the owner is the owner.',
    connection_taken:
      'That account elsewhere opens another account here. Remove the connection there first.',
    context_closed: 'The context was closed and takes no more text. Open another one.',
    context_taken: 'A context with this id is open on the connection. Take another id.',
    dead_letter_outdated:
      'An earlier version of the server wrote the dead letter, and this one cannot replay it. Delete it, and have its text sent anew.',
    domain_taken: 'Another team has proven that the domain is its own.',
    domain_unproven:
      'The DNS does not show the record that proves the domain. Make the TXT record from `detail`; it may take some minutes to be seen.',
    first_team: 'The first team of the server cannot be deleted.',
    generation_outdated:
      'Another model serves by now, whose audio would not go on where the stream broke off. Ask for the speech anew.',
    idempotent_answer_lost:
      'The request was answered before, and the answer cannot be read any more since the secret of the server was changed. Nothing was made now. Look whether what it made is there, then send it under another key.',
    key_revoked: 'The key is revoked, and stays so. Make another one.',
    last_way_in:
      'Nothing else opens the account. Set a password, or add a passkey or another provider, before you remove this.',
    no_successor: 'No next secret of the key lies ready. Rotate the key to have one now.',
    no_way_to_confirm:
      'The account does not have what was sent to confirm with. `GET /v1/me/confirm` says what it has.',
    owner_required: 'A team always has its owner. Hand the team over to another member first.',
    owns_teams:
      'Teams that you own would be left without an owner. Hand them over, or delete them.',
    passkey_taken: 'The passkey was added already.',
    passkeys_unavailable:
      'Browsers make passkeys for names alone, and this server is reached by a number. Its operator sets `VOICEFLOW_PUBLIC_URL` to an address with a name.',
    rotation_under_way:
      'The secret before the present one still works, and both are in use. Wait for its end, or end the overlap.',
    second_factor_first:
      'You would shut yourself out. Turn on your own second factor, or log in with a passkey, before the team asks for one.',
    signing_secret_required:
      'While requests must be signed the team needs a signing secret. Make one first, or stop asking for signatures.',
    too_many_contexts: 'The connection has as many contexts open as it may. Close one first.',
    too_many_domains: 'The team has as many domains as it may. Remove one first.',
    too_many_invitations: 'As many invitations wait as may. Revoke some first.',
    too_many_passkeys: 'The account has as many passkeys as it may. Remove one first.',
    too_many_signing_secrets: 'The team has as many signing secrets as it may. Revoke one first.',
    too_many_teams: 'You own as many teams as one may. Delete one, or hand one over first.',
    too_many_webhooks: 'The team has as many webhooks as it may. Delete one first.',
    two_factor_off:
      'The account has no second factor that waits for this. Begin by setting one up.',
    two_factor_on: 'The account has a second factor already. Turn it off first.',
    webhook_disabled: 'The webhook is disabled. Enable it first.',
  },
  too_large: {
    body_too_large:
      'The body is larger than the route takes: 256 KB of JSON, 10 MB of a form, 1 MB of one that is signed. `detail` names the limit. Nothing of it was read.',
    field_too_large: 'A field of the form, or its name, is larger than any may be.',
    too_much_text:
      'More text of the context waits to be said than may. Send this again once more of it has been said.',
  },
  unsupported_media: {
    unsupported_media_type:
      'The route does not take this `Content-Type`. Send `application/json` or, where the route takes it, `multipart/form-data`.',
  },
  out_of_range: {
    offset_beyond_end:
      'The audio ends before the byte that you ask for. Where you have all of it, there is nothing left to fetch.',
  },
  unprocessable: {
    idempotency_key_reused:
      'The `Idempotency-Key` was used for another request within the last 24 hours. Use a new one for each request, and the same only to repeat it.',
  },
  upgrade_required: {
    upgrade_required:
      'The path is a WebSocket. Connect with a WebSocket client; a proxy in between must pass on `Upgrade`.',
  },
  rate_limited: {
    concurrency_limit_exceeded:
      'As many requests for speech of your team are under way or wait as its plan allows. Send fewer at once.',
    connection_limit_exceeded:
      'The team has as many connections for live text open as its plan allows. Close one, or open more contexts on one.',
    rate_limit_exceeded:
      'More requests came within a minute than the key, the team or the address may send. The headers `RateLimit-*` say how many are left.',
    too_many_attempts:
      'There were too many wrong attempts. Wait, or set your password anew by mail.',
  },
  /** The work failed for no fault of the caller, and may be tried again. */
  failed: {
    internal_error:
      'Something failed that should not, and it is in the log of the server. Send it again with the same `Idempotency-Key`; where it fails again, tell the operator the `request_id`.',
    synthesis_failed:
      'The speech could not be made, in several attempts; nothing counts. Send it again with the same `Idempotency-Key`; where it fails again, tell the operator the `request_id`.',
  },
  unavailable: {
    database_unavailable: 'The database is restarting or has too much to do.',
    dns_unavailable: 'The DNS did not answer when the domain was to be checked.',
    not_ready:
      'The server has just started, or what it needs does not answer: no worker has warmed up, or the queue is out of reach. `GET /health/ready` says when it is ready.',
    overloaded: 'More is asked for at this moment than can be done in time. Nothing was begun.',
    provider_unavailable: 'The identity provider could not be reached.',
    server_stopping: 'This server process ends. Connect again: another one takes over.',
  },
  /** The answer did not come within the time set for it. */
  timed_out: {
    queue_timeout:
      'All workers were busy for as long as a request may wait. Nothing was made and nothing counts.',
    synthesis_timeout:
      'The speech was not done within the time that one request may compute. Nothing counts. A shorter text may do.',
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What went wrong in the domain's own words; `platform/http` alone maps a kind to an HTTP status. */
export type ErrorKind = keyof typeof problemGuide;
export type ProblemCode<Kind extends ErrorKind = ErrorKind> = {
  [K in Kind]: keyof (typeof problemGuide)[K];
}[Kind];
