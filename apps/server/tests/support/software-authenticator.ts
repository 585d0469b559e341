import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** What may go wrong between a browser and its authenticator. */
export interface Circumstances {
  /** Of the page that asks. */
  readonly origin?: string;
  readonly rpId?: string;
  /** Whether the device has asked for a finger, a face or a code. */
  readonly userVerified?: boolean;
  /** In place of the next number. */
  readonly counter?: number;
  readonly type?: string;
}

const userPresent = 0x01;
const userVerified = 0x04;
const credentialAttached = 0x40;

/** A browser with an authenticator in it: one passkey, real keys and signatures (WebAuthn, ES256). */
export class SoftwareAuthenticator {
  readonly credentialId = randomBytes(32);
  counter = 0;
  readonly #privateKey: KeyObject;
  readonly #publicKey: KeyObject;
  readonly #origin: string;
  #userHandle = '';

  constructor(origin: string) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#privateKey = privateKey;
    this.#publicKey = publicKey;
    this.#origin = origin;
  }

  /** `navigator.credentials.create` */
  create(
    options: { readonly challenge: string; readonly user: { readonly id: string } },
    circumstances: Circumstances = {},
  ) {
    this.#userHandle = options.user.id;
    const attached = Buffer.concat([
      Buffer.alloc(16),
      uint16(this.credentialId.length),
      this.credentialId,
      this.#coseKey(),
    ]);
    const authenticatorData = Buffer.concat([
      this.#authenticatorData(circumstances, credentialAttached),
      attached,
    ]);
    const attestationObject = Buffer.concat([
      Buffer.from('a363666d74646e6f6e656761747453746d74a068617574684461746159', 'hex'),
      uint16(authenticatorData.length),
      authenticatorData,
    ]);
    return {
      ...this.#credential(),
      response: {
        clientDataJSON: this.#clientData('webauthn.create', options.challenge, circumstances),
        attestationObject: attestationObject.toString('base64url'),
        transports: ['internal'],
      },
    };
  }

  /** `navigator.credentials.get` */
  get(options: { readonly challenge: string }, circumstances: Circumstances = {}) {
    this.counter = circumstances.counter ?? this.counter + 1;
    const clientDataJSON = this.#clientData('webauthn.get', options.challenge, circumstances);
    const authenticatorData = this.#authenticatorData(circumstances);
    const signed = Buffer.concat([
      authenticatorData,
      sha256(Buffer.from(clientDataJSON, 'base64url')),
    ]);
    return {
      ...this.#credential(),
      response: {
        clientDataJSON,
        authenticatorData: authenticatorData.toString('base64url'),
        signature: sign('sha256', signed, this.#privateKey).toString('base64url'),
        userHandle: this.#userHandle,
      },
    };
  }

  #credential() {
    const id = this.credentialId.toString('base64url');
    return { id, rawId: id, type: 'public-key', clientExtensionResults: {} };
  }

  #clientData(type: string, challenge: string, circumstances: Circumstances): string {
    const origin = circumstances.origin ?? this.#origin;
    const data = { type: circumstances.type ?? type, challenge, origin, crossOrigin: false };
    return Buffer.from(JSON.stringify(data)).toString('base64url');
  }

  #authenticatorData(circumstances: Circumstances, flags = 0): Buffer {
    const verified = circumstances.userVerified === false ? 0 : userVerified;
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(this.counter);
    return Buffer.concat([
      sha256(circumstances.rpId ?? new URL(this.#origin).hostname),
      Buffer.from([userPresent | verified | flags]),
      counter,
    ]);
  }

  /** The public key as COSE spells it: EC2, ES256, P-256, x, y. */
  #coseKey(): Buffer {
    const { x = '', y = '' } = this.#publicKey.export({ format: 'jwk' });
    return Buffer.concat([
      Buffer.from('a5010203262001215820', 'hex'),
      Buffer.from(x, 'base64url'),
      Buffer.from('225820', 'hex'),
      Buffer.from(y, 'base64url'),
    ]);
  }
}

function sha256(data: string | Buffer): Buffer {
  return createHash('sha256').update(data).digest();
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}
