import { createPrivateKey, type KeyObject } from 'node:crypto';
import { type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import type { Clock } from '../../platform/clock.ts';
import type { DatabaseHandle } from '../../platform/database/database.ts';
import { createId } from '../../platform/ids.ts';
import type { SecretBox } from '../../platform/secret-box.ts';
import {
  deleteSigningKeysBefore,
  insertSigningKey,
  listSigningKeys,
  type StoredSigningKey,
  withSigningKeyLock,
} from './signing-key-store.ts';

export const signingAlgorithm = 'ES256';
/** How long a key signs, and how long after that its signatures may still be met. */
const signsForMs = 30 * 24 * 60 * 60 * 1000;
const verifiesLongerMs = 60 * 60 * 1000;
const reloadAfterMs = 60_000;
/** A token that names an unknown key makes us look for it, but not more often than this. */
const lookAgainAfterMs = 1_000;

interface SigningKey {
  readonly id: string;
  readonly createdAtMs: number;
  readonly publicJwk: JWK;
  readonly publicKey: CryptoKey;
  /** Undefined where it was sealed under another secret. */
  readonly privateKey: KeyObject | undefined;
}

/**
 * The key pairs that sign access tokens, shared by all processes through the database. Each signs for
 * 30 days and is published for an hour more, so that what it signed stays valid to its end.
 */
export class SigningKeys {
  readonly #db: DatabaseHandle;
  readonly #clock: Clock;
  readonly #box: SecretBox;
  #keys: readonly SigningKey[] = [];
  #loadedAtMs = Number.NEGATIVE_INFINITY;
  #loading: Promise<void> | undefined;

  constructor(options: { db: DatabaseHandle; clock: Clock; box: SecretBox }) {
    this.#db = options.db;
    this.#clock = options.clock;
    this.#box = options.box;
  }

  /** The newest key, made when there is none that may still sign. */
  async current(): Promise<{ readonly id: string; readonly privateKey: KeyObject }> {
    await this.#loadIfOlderThan(reloadAfterMs);
    const known = this.#findSigning(this.#keys);
    if (known) return known;
    await this.#create();
    await this.#load();
    const fresh = this.#findSigning(this.#keys);
    if (!fresh) throw new Error('a signing key was made but cannot be read');
    return fresh;
  }

  /** The public half of a key, unless it is unknown or too old. */
  async find(id: string): Promise<CryptoKey | undefined> {
    await this.#loadIfOlderThan(reloadAfterMs);
    if (!this.#keys.some((key) => key.id === id)) await this.#loadIfOlderThan(lookAgainAfterMs);
    return this.#published().find((key) => key.id === id)?.publicKey;
  }

  /** The JSON Web Key Set of all keys whose signatures may be met. */
  async jwks(): Promise<{ readonly keys: JWK[] }> {
    await this.current();
    return { keys: this.#published().map((key) => key.publicJwk) };
  }

  get #nowMs(): number {
    return this.#clock.now().getTime();
  }

  #published(): SigningKey[] {
    return this.#keys.filter(
      (key) => this.#nowMs - key.createdAtMs < signsForMs + verifiesLongerMs,
    );
  }

  #findSigning(keys: readonly SigningKey[]) {
    for (const { id, createdAtMs, privateKey } of keys) {
      if (privateKey && this.#nowMs - createdAtMs < signsForMs) return { id, privateKey };
    }
    return undefined;
  }

  async #loadIfOlderThan(ageMs: number): Promise<void> {
    if (this.#nowMs - this.#loadedAtMs >= ageMs) await this.#load();
  }

  #load(): Promise<void> {
    this.#loading ??= this.#read(this.#db)
      .then((keys) => {
        this.#keys = keys;
        this.#loadedAtMs = this.#nowMs;
      })
      .finally(() => {
        this.#loading = undefined;
      });
    return this.#loading;
  }

  async #read(db: DatabaseHandle): Promise<SigningKey[]> {
    return Promise.all((await listSigningKeys(db, this.#oldest())).map((row) => this.#open(row)));
  }

  #oldest(): Date {
    return new Date(this.#nowMs - signsForMs - verifiesLongerMs);
  }

  async #open(stored: StoredSigningKey): Promise<SigningKey> {
    const sealed = await this.#box.open(stored.sealedPrivateJwk);
    return {
      id: stored.id,
      createdAtMs: stored.createdAt.getTime(),
      publicJwk: stored.publicJwk,
      publicKey: await importPublicKey(stored.publicJwk),
      privateKey:
        sealed === undefined
          ? undefined
          : createPrivateKey({ key: JSON.parse(sealed), format: 'jwk' }),
    };
  }

  /** Makes a key unless another process just did. */
  async #create(): Promise<void> {
    const { publicKey, privateKey } = await generateKeyPair(signingAlgorithm, {
      extractable: true,
    });
    const id = createId();
    const publicJwk = {
      ...(await exportJWK(publicKey)),
      kid: id,
      alg: signingAlgorithm,
      use: 'sig',
    };
    const sealedPrivateJwk = await this.#box.seal(JSON.stringify(await exportJWK(privateKey)));
    await withSigningKeyLock(this.#db, async (db) => {
      if (this.#findSigning(await this.#read(db))) return;
      await deleteSigningKeysBefore(db, this.#oldest());
      await insertSigningKey(db, { id, publicJwk, sealedPrivateJwk, createdAt: this.#clock.now() });
    });
  }
}

async function importPublicKey(jwk: JWK): Promise<CryptoKey> {
  const key = await importJWK(jwk, signingAlgorithm);
  if (key instanceof Uint8Array) throw new Error('a signing key is not a key pair');
  return key;
}
