import { createHmac, timingSafeEqual } from 'node:crypto';

/** How far the time of a signature may lie from ours, into the past and into the future. */
export const signatureWindowMs = 5 * 60_000;

/** `v1=` and the HMAC-SHA256, in hex, of the time, a dot and the body as it is sent. */
export function signBody(signed: {
  readonly secret: string;
  /** Seconds since 1970, as the header spells them. */
  readonly timestamp: string;
  readonly body: Uint8Array;
}): string {
  const { secret, timestamp, body } = signed;
  return `v1=${createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex')}`;
}

/** Compares with each secret in full, so that the time taken tells nothing of any of them. */
export function isSignedWith(
  secrets: readonly string[],
  signed: {
    readonly signature: string;
    readonly timestamp: string;
    readonly body: Uint8Array;
  },
): boolean {
  const given = Buffer.from(signed.signature);
  return secrets
    .map((secret) => Buffer.from(signBody({ ...signed, secret })))
    .map((right) => given.length === right.length && timingSafeEqual(given, right))
    .includes(true);
}
