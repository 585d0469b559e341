import { DomainError } from '../../platform/errors.ts';

export function systemOnly(): DomainError {
  return new DomainError({
    code: 'permission_denied',
    kind: 'forbidden',
    detail: 'Only the server itself may do this.',
  });
}

export function userOnly(): DomainError {
  return new DomainError({
    code: 'user_required',
    kind: 'forbidden',
    detail: 'This is about a person: log in and send the access token, not an API key.',
  });
}

export function invalidEmail(): DomainError {
  return new DomainError({
    code: 'invalid_email',
    kind: 'invalid',
    param: 'email',
    detail:
      'email: must be one address like ada@example.com, at most 254 characters, with plain letters before the @.',
  });
}

export function passwordTooCommon(param = 'password'): DomainError {
  return new DomainError({
    code: 'password_too_common',
    kind: 'invalid',
    param,
    detail: `${param}: is among the passwords that attackers try first. Take another; several random words are good.`,
  });
}

export function passwordBreached(param = 'password'): DomainError {
  return new DomainError({
    code: 'password_breached',
    kind: 'invalid',
    param,
    detail: `${param}: stands in a list of passwords that were stolen elsewhere. Take another; several random words are good.`,
  });
}

/** One answer whether the address is unknown or the password wrong. */
export function invalidCredentials(): DomainError {
  return new DomainError({
    code: 'invalid_credentials',
    kind: 'unauthenticated',
    detail: 'The e-mail or the password is wrong.',
  });
}

/** Who is logged in already is not sent to log in again, so this is no 401. */
export function wrongPassword(param: string): DomainError {
  return new DomainError({
    code: 'wrong_password',
    kind: 'invalid',
    param,
    detail: `${param}: is not the password of this account.`,
  });
}

/** For who has the mail of a registration, and is perhaps not who registered. */
export function registeredOtherwise(): DomainError {
  return new DomainError({
    code: 'wrong_password',
    kind: 'invalid',
    param: 'password',
    detail:
      'password: is not the one with which this address was registered last. Try again, or register anew.',
  });
}

export function secondFactorRequired(): DomainError {
  return new DomainError({
    code: 'second_factor_required',
    kind: 'unauthenticated',
    param: 'code',
    detail: 'The password is right. Send a code of the authenticator app too, or a recovery code.',
  });
}

export function invalidCode(): DomainError {
  return new DomainError({
    code: 'invalid_code',
    kind: 'invalid',
    param: 'code',
    detail: 'code: is wrong, has run out, or was used already.',
  });
}

export function twoFactorOn(): DomainError {
  return new DomainError({
    code: 'two_factor_on',
    kind: 'conflict',
    detail: 'This account has a second factor already. Turn it off first.',
  });
}

export function twoFactorOff(): DomainError {
  return new DomainError({
    code: 'two_factor_off',
    kind: 'conflict',
    detail: 'This account has no second factor that waits for this.',
  });
}

/** Told only to who knows the password. */
export function emailNotVerified(): DomainError {
  return new DomainError({
    code: 'email_not_verified',
    kind: 'forbidden',
    detail:
      'Confirm your address first: open the link that was mailed to you, or register again for a new one.',
  });
}

export function tooManyAttempts(retryAfterSeconds: number): DomainError {
  return new DomainError({
    code: 'too_many_attempts',
    kind: 'rate_limited',
    detail: `Too many attempts; try again in ${retryAfterSeconds} s.`,
    retryAfterSeconds,
  });
}

/** One answer for a mailed token that is malformed, unknown, used or too old. */
export function invalidToken(): DomainError {
  return new DomainError({
    code: 'invalid_token',
    kind: 'invalid',
    param: 'token',
    detail: 'token: is not valid, was used already or has run out. Ask for a new link.',
  });
}

export function invalidRefreshToken(): DomainError {
  return new DomainError({
    code: 'invalid_refresh_token',
    kind: 'unauthenticated',
    detail:
      'This refresh token is not valid: it is unknown, used, revoked or has run out. Log in again.',
  });
}

/** The same whether there is none or it is somebody else's. */
export function sessionNotFound(): DomainError {
  return new DomainError({
    code: 'session_not_found',
    kind: 'not_found',
    param: 'id',
    detail: 'id: your account has no such session.',
  });
}

/** One answer for a code that is wrong, too old, or was decided about. */
export function deviceNotFound(): DomainError {
  return new DomainError({
    code: 'device_not_found',
    kind: 'not_found',
    param: 'user_code',
    detail: 'user_code: no device waits with this code. Look again, or start anew on the device.',
  });
}

/** What was wrong with it is for the operator: whoever tries out answers learns nothing. */
export function passkeyRefused(): DomainError {
  return new DomainError({
    code: 'passkey_refused',
    kind: 'unauthenticated',
    detail: 'This passkey does not open an account here, or it took too long. Try again.',
  });
}

/** Who is logged in already is not sent to log in again, so this is no 401. */
export function invalidPasskey(param: string): DomainError {
  return new DomainError({
    code: 'invalid_passkey',
    kind: 'invalid',
    param,
    detail: `${param}: is not what a passkey answers to a challenge of this account, or it took too long. Begin again.`,
  });
}

export function passkeyTaken(): DomainError {
  return new DomainError({
    code: 'passkey_taken',
    kind: 'conflict',
    detail: 'This passkey was added already.',
  });
}

export function tooManyPasskeys(limit: number): DomainError {
  return new DomainError({
    code: 'too_many_passkeys',
    kind: 'conflict',
    detail: `An account has at most ${limit} passkeys. Remove one first.`,
  });
}

/** The same whether there is none or it is somebody else's. */
export function passkeyNotFound(): DomainError {
  return new DomainError({
    code: 'passkey_not_found',
    kind: 'not_found',
    param: 'id',
    detail: 'id: your account has no such passkey.',
  });
}

/** For the operator, who alone can mend it. */
export function passkeysUnavailable(): DomainError {
  return new DomainError({
    code: 'passkeys_unavailable',
    kind: 'conflict',
    detail:
      'Browsers make passkeys for names alone, and this server is reached by a number: set VOICEFLOW_PUBLIC_URL to an address with a name.',
  });
}

export function confirmationRequired(methods: readonly string[] = []): DomainError {
  const by = methods.length === 0 ? '' : ` Send one of: ${methods.join(', ')}.`;
  return new DomainError({
    code: 'confirmation_required',
    kind: 'forbidden',
    detail: `Confirm that it is you (POST /v1/me/confirm), at most ten minutes before this.${by}`,
  });
}

export function noWayToConfirm(param: string): DomainError {
  return new DomainError({
    code: 'no_way_to_confirm',
    kind: 'conflict',
    param,
    detail: `${param}: this account has none to confirm with. GET /v1/me/confirm says what it has.`,
  });
}

export function logInAgain(): DomainError {
  return new DomainError({
    code: 'log_in_again',
    kind: 'forbidden',
    detail:
      'This account has neither password nor second factor nor passkey to confirm with: log in again, then confirm within ten minutes.',
  });
}

export function sessionRequired(): DomainError {
  return new DomainError({
    code: 'session_required',
    kind: 'forbidden',
    detail: 'This takes a log-in: the person at this machine has no session that could be noted.',
  });
}

export function invalidAccessToken(): DomainError {
  return new DomainError({
    code: 'invalid_access_token',
    kind: 'unauthenticated',
    param: 'Authorization',
    detail: 'This access token is not valid or has run out. Refresh it, or log in again.',
  });
}

/** One answer for a log-in elsewhere that is unknown, over, too old, or of another browser. */
export function signInExpired(): DomainError {
  return new DomainError({
    code: 'sign_in_expired',
    kind: 'unauthenticated',
    detail:
      'This log-in is over: it took more than 10 minutes, was ended already, or began in another browser. Begin again.',
  });
}

export function providerEmailUnverified(): DomainError {
  return new DomainError({
    code: 'provider_email_unverified',
    kind: 'forbidden',
    detail:
      'The provider does not say that your e-mail address there is confirmed. Confirm it there, or log in another way.',
  });
}

export function providerNotFound(): DomainError {
  return new DomainError({
    code: 'provider_not_found',
    kind: 'not_found',
    param: 'provider',
    detail: 'This server does not log people in through that provider.',
  });
}

export function connectionNotFound(): DomainError {
  return new DomainError({
    code: 'connection_not_found',
    kind: 'not_found',
    param: 'id',
    detail: 'There is no such connection of this account.',
  });
}

export function connectionTaken(): DomainError {
  return new DomainError({
    code: 'connection_taken',
    kind: 'conflict',
    detail: 'That account elsewhere opens another account here. Remove it there first.',
  });
}

export function lastWayIn(): DomainError {
  return new DomainError({
    code: 'last_way_in',
    kind: 'conflict',
    detail:
      'Nothing else opens this account. Set a password first, or add a passkey or another provider.',
  });
}

/** Told to the operator alone. */
export function accountNotFound(): DomainError {
  return new DomainError({
    code: 'account_not_found',
    kind: 'not_found',
    param: 'email',
    detail: 'email: no account has this address.',
  });
}

export function passwordRequired(): DomainError {
  return new DomainError({
    code: 'invalid_field',
    kind: 'invalid',
    param: 'password',
    detail: 'password: this account has one, and this change asks for it.',
  });
}

export function codeRequired(): DomainError {
  return new DomainError({
    code: 'invalid_field',
    kind: 'invalid',
    param: 'code',
    detail: 'code: is asked for beside the password.',
  });
}

export function hashingOverloaded(): DomainError {
  return new DomainError({
    code: 'overloaded',
    kind: 'unavailable',
    detail: 'Too many people log in at this moment; try again in 2 s.',
    retryAfterSeconds: 2,
  });
}
