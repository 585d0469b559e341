import { hash, randomBytes, randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CompactEncrypt, compactDecrypt } from 'jose';

/** Keeps small secrets in the database so that its contents alone do not give them away. */
export interface SecretBox {
  seal(secret: string): Promise<string>;
  /** What was sealed; undefined when it was sealed under another secret or altered. */
  open(sealed: string): Promise<string | undefined>;
}

/** AES-256-GCM (a compact JWE) under `secret`, 32 bytes. */
export function createSecretBox(secret: Uint8Array): SecretBox {
  return {
    seal(text) {
      return new CompactEncrypt(new TextEncoder().encode(text))
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
        .encrypt(secret);
    },
    async open(sealed) {
      const opened = await compactDecrypt(sealed, secret, {
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
      }).catch(() => undefined);
      return opened && new TextDecoder().decode(opened.plaintext);
    },
  };
}

/** The box of this installation: under the setting where there is one, else under a file of `homeDir`. */
export async function openSecretBox(options: {
  readonly homeDir: string;
  readonly secret: string | undefined;
}): Promise<SecretBox> {
  const { homeDir, secret } = options;
  return createSecretBox(
    secret === undefined
      ? await readOrCreateSecret(join(homeDir, 'encryption-secret'))
      : hash('sha256', `voiceflow:secret-box:${secret}`, 'buffer'),
  );
}

/** 32 random bytes in a file of mode 0600, made when there is none. */
export async function readOrCreateSecret(file: string): Promise<Uint8Array> {
  const known = await readFile(file).catch(() => undefined);
  if (known?.length === 32) return known;
  const fresh = `${file}.${randomUUID()}`;
  await writeFile(fresh, randomBytes(32), { mode: 0o600 });
  if (known) {
    await rename(fresh, file);
  } else {
    // Of two processes that get here at once, both must use the same secret: the first link wins.
    await link(fresh, file).catch(() => {});
    await rm(fresh);
  }
  return readFile(file);
}
