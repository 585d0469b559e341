import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { z } from 'zod';
import { isSignedWith, signBody } from './signature.ts';

const root = resolve(import.meta.dirname, '../../../../..');
const vectorsFile = resolve(root, 'openapi/signature-vectors.json');
const { vectors } = z
  .object({
    vectors: z
      .array(
        z.object({
          name: z.string(),
          secret: z.string(),
          timestamp: z.int(),
          body_base64: z.string(),
          signature: z.string(),
        }),
      )
      .min(11),
  })
  .parse(JSON.parse(readFileSync(vectorsFile, 'utf8')));

/** As it was specified. */
const specified = `
import base64, hashlib, hmac, json, sys

def sign_request(body: bytes, secret: str, timestamp: int) -> str:
    message = f"{timestamp}.{body.decode()}"
    signature = hmac.new(
        secret.encode(),
        message.encode(),
        hashlib.sha256
    ).hexdigest()
    return f"v1={signature}"

answers = {}
for vector in json.load(open(sys.argv[1]))["vectors"]:
    try:
        body = base64.b64decode(vector["body_base64"])
        answers[vector["name"]] = sign_request(body, vector["secret"], vector["timestamp"])
    except UnicodeDecodeError:
        pass
print(json.dumps(answers))
`;

describe('a signature', () => {
  test.each(vectors)('of $name is that of the published vector', (vector) => {
    const signed = {
      timestamp: String(vector.timestamp),
      body: Buffer.from(vector.body_base64, 'base64'),
    };
    expect(signBody({ ...signed, secret: vector.secret })).toBe(vector.signature);
    const { signature } = vector;
    expect(isSignedWith(['vf_sign_x', vector.secret], { ...signed, signature })).toBe(true);
    expect(isSignedWith(['vf_sign_x'], { ...signed, signature })).toBe(false);
    expect(isSignedWith([], { ...signed, signature })).toBe(false);
    const longer = { ...signed, body: Buffer.concat([signed.body, Buffer.of(0)]) };
    expect(isSignedWith([vector.secret], { ...longer, signature })).toBe(false);
  });

  it('is that of the specified Python, wherever the body is text', () => {
    const output = execFileSync('python3', ['-c', specified, vectorsFile], { encoding: 'utf8' });
    const answers = z.record(z.string(), z.string()).parse(JSON.parse(output));
    const textual = vectors.filter(({ name }) => name !== 'bytes that are no text');
    expect(answers).toEqual(
      Object.fromEntries(textual.map(({ name, signature }) => [name, signature])),
    );
  });

  it('has vectors that are what their generator writes', () => {
    const script = resolve(root, 'scripts/python/signature_vectors.py');
    execFileSync('python3', [script, '--check'], { stdio: 'pipe' });
  });
});
