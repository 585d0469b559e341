import { randomBytes, randomUUID } from 'node:crypto';
import { exportSPKI, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '../../../tests/support/factories.ts';
import { createTestDatabase, type TestDatabase } from '../../../tests/support/test-database.ts';
import { formatId } from '../../platform/ids.ts';
import { createSecretBox } from '../../platform/secret-box.ts';
import { AccessTokens } from './access-tokens.ts';
import { SigningKeys } from './signing-keys.ts';

const issuer = 'https://voice.example.com';
const day = 24 * 60 * 60_000;
const box = createSecretBox(randomBytes(32));
const claims = { userId: randomUUID(), sessionId: randomUUID() };
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.close());

function open(clock = new ManualClock(), sealed = box) {
  const keys = new SigningKeys({ db: database.db, clock, box: sealed });
  return { clock, keys, tokens: new AccessTokens({ keys, clock, issuer }) };
}

/** The parts of a genuine token, for a forger. */
async function genuine() {
  const opened = open();
  const token = await opened.tokens.issue(claims);
  const [header = '', payload = '', signature = ''] = token.split('.');
  return { ...opened, token, header, payload, signature };
}

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('an access token', () => {
  it('says whom it speaks for, to every process', async () => {
    const token = await open().tokens.issue(claims);
    expect(await open().tokens.verify(token)).toEqual(claims);
  });

  it('is good whichever way its signature is written: one in 64 has a short number', async () => {
    const { tokens } = open();
    for (let i = 0; i < 1_000; i += 1) {
      expect(await tokens.verify(await tokens.issue(claims))).toEqual(claims);
    }
  });

  it('is good for fifteen minutes', async () => {
    const { clock, tokens, token } = await genuine();
    clock.advance(15 * 60_000);
    await expect(tokens.verify(token)).resolves.toEqual(claims);
    clock.advance(6_000);
    await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'invalid_access_token' });
  });

  it('from the future is refused', async () => {
    const ahead = new ManualClock();
    ahead.advance(60_000);
    const token = await open(ahead).tokens.issue(claims);
    await expect(open().tokens.verify(token)).rejects.toMatchObject({
      code: 'invalid_access_token',
    });
  });

  it('is refused when it is unsigned, altered, or signed with what everybody knows', async () => {
    const { tokens, keys, token, header, payload, signature } = await genuine();
    const { id } = await keys.current();
    const published = await keys.find(id);
    if (!published) throw new Error('the key is not published');
    const shared = new TextEncoder().encode(await exportSPKI(published));
    const { keys: jwks } = await keys.jwks();
    const now = Math.floor(new ManualClock().now().getTime() / 1000);
    const forge = () =>
      new SignJWT({ sid: claims.sessionId })
        .setSubject(formatId('user', claims.userId))
        .setIssuer(issuer)
        .setAudience('voiceflow:api')
        .setIssuedAt(now)
        .setExpirationTime(now + 900);
    const own = await generateKeyPair('ES256', { extractable: true });
    const protectedAs = (alg: string) => ({ alg, kid: id, typ: 'at+jwt' });
    const other = Buffer.from(payload, 'base64url')
      .toString()
      .replace(claims.sessionId, randomUUID());
    const forgeries = [
      '',
      'a.b.c',
      `${header}.${payload}.`,
      `${encode({ alg: 'none' })}.${payload}.`,
      `${encode({ alg: 'none', kid: id, typ: 'at+jwt' })}.${payload}.${signature}`,
      `${encode({ alg: 'NONE', kid: id, typ: 'at+jwt' })}.${payload}.`,
      `${header}.${Buffer.from(other).toString('base64url')}.${signature}`,
      await forge().setProtectedHeader(protectedAs('HS256')).sign(shared),
      await forge()
        .setProtectedHeader(protectedAs('HS256'))
        .sign(new TextEncoder().encode(JSON.stringify(jwks[0]))),
      await forge().setProtectedHeader(protectedAs('ES256')).sign(own.privateKey),
      await forge()
        .setProtectedHeader({ ...protectedAs('ES256'), kid: randomUUID() })
        .sign(own.privateKey),
      await forge()
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', jwk: jwks[0] ?? {} })
        .sign(own.privateKey),
    ];
    for (const forgery of forgeries) {
      await expect(tokens.verify(forgery), forgery).rejects.toMatchObject({
        code: 'invalid_access_token',
      });
    }
    await expect(tokens.verify(token)).resolves.toEqual(claims);
  });

  it('of another server, audience, kind or lifetime is refused, although its key is ours', async () => {
    const { tokens, keys } = await genuine();
    const { id, privateKey } = await keys.current();
    const now = Math.floor(new ManualClock().now().getTime() / 1000);
    const sign = (payload: Record<string, unknown>, typ = 'at+jwt') =>
      new SignJWT({
        sid: claims.sessionId,
        sub: formatId('user', claims.userId),
        iss: issuer,
        aud: 'voiceflow:api',
        iat: now,
        exp: now + 900,
        ...payload,
      })
        .setProtectedHeader({ alg: 'ES256', kid: id, typ })
        .sign(privateKey);
    await expect(tokens.verify(await sign({}))).resolves.toEqual(claims);
    const others = [
      await sign({ iss: 'https://evil.example' }),
      await sign({ aud: 'voiceflow:local-operator' }),
      await sign({}, 'JWT'),
      await sign({ exp: undefined }),
      await sign({ iat: undefined }),
      await sign({ iat: now - 3600, exp: now + 3600 }),
      await sign({ nbf: now + 60 }),
      await sign({ sub: claims.userId }),
      await sign({ sid: 'x' }),
    ];
    for (const other of others) {
      await expect(tokens.verify(other)).rejects.toMatchObject({ code: 'invalid_access_token' });
    }
  });
});

describe('signing keys', () => {
  it('publish public halves only, and are sealed in the database', async () => {
    const { keys } = await open().keys.jwks();
    expect(keys.length).toBeGreaterThan(0);
    for (const jwk of keys) {
      expect(Object.keys(jwk).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
    }
    const rows = await database.db.selectFrom('signing_keys').selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain('"d"');
  });

  it('are made once by processes that start together', async () => {
    const clock = new ManualClock(new Date('2030-01-01T00:00:00Z'));
    const all = await Promise.all(Array.from({ length: 5 }, () => open(clock).keys.current()));
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
  });

  it('change after thirty days, while tokens of the old one stay valid', async () => {
    const clock = new ManualClock(new Date('2031-01-01T00:00:00Z'));
    const [here, there] = [open(clock), open(clock)];
    const old = await here.keys.current();
    await there.keys.current();
    clock.advance(30 * day - 1000);
    const token = await here.tokens.issue(claims);
    clock.advance(1000);
    const next = await here.keys.current();
    expect(next.id).not.toBe(old.id);
    expect(await there.tokens.verify(token)).toEqual(claims);
    expect(await there.tokens.verify(await here.tokens.issue(claims))).toEqual(claims);
    const kids = (await there.keys.jwks()).keys.map(({ kid }) => kid);
    expect(kids).toEqual([next.id, old.id]);
    clock.advance(2 * 60 * 60_000);
    expect((await here.keys.jwks()).keys.map(({ kid }) => kid)).toEqual([next.id]);
  });

  it('that another secret sealed are verified with, and replaced for signing', async () => {
    const clock = new ManualClock(new Date('2032-01-01T00:00:00Z'));
    const token = await open(clock).tokens.issue(claims);
    const moved = open(clock, createSecretBox(randomBytes(32)));
    expect(await moved.tokens.verify(token)).toEqual(claims);
    expect(await moved.tokens.verify(await moved.tokens.issue(claims))).toEqual(claims);
  });
});
