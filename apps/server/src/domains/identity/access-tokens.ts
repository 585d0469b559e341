import { type KeyObject, sign } from 'node:crypto';
import { errors, jwtVerify } from 'jose';
import { z } from 'zod';
import type { Clock } from '../../platform/clock.ts';
import { formatId, parseId } from '../../platform/ids.ts';
import { invalidAccessToken } from './errors.ts';
import { type SigningKeys, signingAlgorithm } from './signing-keys.ts';

export const accessTokenSeconds = 15 * 60;
const audience = 'voiceflow:api';
/** RFC 9068: tells an access token from any other token under the same key. */
const type = 'at+jwt';
/** Clocks of several machines are never quite the same. */
const clockToleranceSeconds = 5;

const claimsSchema = z.object({ sub: z.string(), sid: z.uuid() });

/** Whom an access token speaks for. Whether the session still stands is not said by the token. */
export interface AccessClaims {
  readonly userId: string;
  readonly sessionId: string;
}

/** Short-lived tokens that anybody may check with the published keys. */
export class AccessTokens {
  readonly #keys: SigningKeys;
  readonly #clock: Clock;
  readonly #issuer: string;

  constructor(options: { keys: SigningKeys; clock: Clock; issuer: string }) {
    this.#keys = options.keys;
    this.#clock = options.clock;
    this.#issuer = options.issuer;
  }

  async issue({ userId, sessionId }: AccessClaims): Promise<string> {
    const { id, privateKey } = await this.#keys.current();
    const issuedAt = Math.floor(this.#clock.now().getTime() / 1000);
    return signToken(privateKey, {
      header: { alg: signingAlgorithm, kid: id, typ: type },
      claims: {
        iss: this.#issuer,
        aud: audience,
        sub: formatId('user', userId),
        sid: sessionId,
        iat: issuedAt,
        exp: issuedAt + accessTokenSeconds,
      },
    });
  }

  /** @throws DomainError `invalid_access_token` for what is forged, expired, from the future or of another kind */
  async verify(token: string): Promise<AccessClaims> {
    const verified = await jwtVerify(
      token,
      async ({ kid }) => {
        const key = kid === undefined ? undefined : await this.#keys.find(kid);
        if (!key) throw invalidAccessToken();
        return key;
      },
      {
        algorithms: [signingAlgorithm],
        issuer: this.#issuer,
        audience,
        typ: type,
        requiredClaims: ['exp', 'iat', 'sub', 'sid'],
        maxTokenAge: accessTokenSeconds,
        clockTolerance: clockToleranceSeconds,
        currentDate: this.#clock.now(),
      },
    ).catch((error: unknown) => {
      throw error instanceof errors.JOSEError ? invalidAccessToken() : error;
    });
    const claims = claimsSchema.safeParse(verified.payload);
    const userId = claims.success ? parseId('user', claims.data.sub) : undefined;
    if (!claims.success || userId === undefined) throw invalidAccessToken();
    return { userId, sessionId: claims.data.sid };
  }
}

/**
 * A JWT by ECDSA on P-256 (RFC 7515; RFC 7518, 3.4). Not by jose: it signs in another thread, and to go
 * there and back takes five times as long as to sign.
 */
function signToken(
  key: KeyObject,
  token: { readonly header: object; readonly claims: object },
): string {
  const content = `${encode(token.header)}.${encode(token.claims)}`;
  // Node takes longer to read options, such as for the other form of the signature, than to sign.
  const signature = rawSignature(sign('sha256', Buffer.from(content), key));
  return `${content}.${signature.toString('base64url')}`;
}

const partBytes = 32;

/** Both numbers of a signature in 32 bytes each, of DER: a sequence of two integers. */
function rawSignature(der: Buffer): Buffer {
  const raw = Buffer.alloc(2 * partBytes);
  let offset = 2;
  for (const end of [partBytes, 2 * partBytes]) {
    const start = offset + 2;
    offset = start + der.readUInt8(offset + 1);
    // Without leading zeros, but for one where the number would look negative.
    const digits = der.subarray(Math.max(start, offset - partBytes), offset);
    digits.copy(raw, end - digits.length);
  }
  return raw;
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
