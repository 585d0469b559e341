import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ManualClock } from '../../../tests/support/factories.ts';
import { openLocalSessions } from './local-session.ts';

const homeDir = await mkdtemp(join(tmpdir(), 'voiceflow-session-'));
afterAll(() => rm(homeDir, { recursive: true }));

const user = { userId: randomUUID(), teamId: randomUUID(), role: 'owner' as const };

describe('local sessions', () => {
  it('give back their user, also after a restart', async () => {
    const clock = new ManualClock();
    const token = await (await openLocalSessions({ homeDir, clock })).create(user);
    const reopened = await openLocalSessions({ homeDir, clock });
    expect(await reopened.verify(token)).toEqual({ kind: 'user', ...user });
    expect((await stat(join(homeDir, 'session-secret'))).mode & 0o777).toBe(0o600);
  });

  it('run out', async () => {
    const clock = new ManualClock();
    const sessions = await openLocalSessions({ homeDir, clock });
    const token = await sessions.create(user);
    clock.advance((sessions.lifetimeSeconds + 1) * 1000);
    expect(await sessions.verify(token)).toBeUndefined();
  });

  it('are refused when forged, from elsewhere, or unsigned', async () => {
    const clock = new ManualClock();
    const sessions = await openLocalSessions({ homeDir, clock });
    const token = await sessions.create(user);
    const [header, payload] = token.split('.');
    const unsigned = Buffer.from('{"alg":"none"}').toString('base64url');
    const elsewhere = await mkdtemp(join(tmpdir(), 'voiceflow-session-'));
    const foreign = await (await openLocalSessions({ homeDir: elsewhere, clock })).create(user);
    await rm(elsewhere, { recursive: true });
    for (const bad of ['', 'x', `${header}.${payload}.`, `${unsigned}.${payload}.`, foreign]) {
      expect(await sessions.verify(bad)).toBeUndefined();
    }
  });

  it('share one secret when several processes make it at once', async () => {
    const clock = new ManualClock();
    const empty = await mkdtemp(join(tmpdir(), 'voiceflow-session-'));
    const [a, b] = await Promise.all(
      [1, 2].map(() => openLocalSessions({ homeDir: empty, clock })),
    );
    expect(await b?.verify((await a?.create(user)) ?? '')).toMatchObject({ kind: 'user' });
    await rm(empty, { recursive: true });
  });

  it('get a new secret where the old one was cut off', async () => {
    await writeFile(join(homeDir, 'session-secret'), 'cut off');
    const sessions = await openLocalSessions({ homeDir, clock: new ManualClock() });
    expect(await sessions.verify(await sessions.create(user))).toMatchObject({ kind: 'user' });
  });
});
