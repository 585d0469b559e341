import { randomUUID } from 'node:crypto';
import { ensureUser } from '../../src/domains/identity/index.ts';
import { type CreatedKey, issueKey } from '../../src/domains/keys/index.ts';
import { createTeam } from '../../src/domains/teams/index.ts';
import type { Clock } from '../../src/platform/clock.ts';
import type { Actor, Context, KeyMode, Role } from '../../src/platform/context.ts';
import type { DatabaseHandle } from '../../src/platform/database/database.ts';
import { silentLog } from '../../src/platform/log.ts';

/** A clock that stands still until it is told to move. */
export class ManualClock implements Clock {
  #nowMs: number;

  constructor(now = new Date('2026-01-20T10:30:00Z')) {
    this.#nowMs = now.getTime();
  }

  now(): Date {
    return new Date(this.#nowMs);
  }

  advance(milliseconds: number): void {
    this.#nowMs += milliseconds;
  }
}

/** The context of one call, as the system unless another actor is given. */
export function createTestContext(
  db: DatabaseHandle,
  overrides: { actor?: Actor; clock?: Clock } = {},
): Context {
  return {
    actor: overrides.actor ?? { kind: 'system' },
    requestId: `req_${randomUUID()}`,
    db,
    clock: overrides.clock ?? new ManualClock(),
    log: silentLog,
    ip: '192.0.2.1',
    userAgent: 'vitest',
  };
}

export interface Tenant {
  readonly teamId: string;
  readonly userId: string;
  readonly key: CreatedKey;
  asUser(role?: Role): Actor;
  asKey(scopes?: readonly string[]): Extract<Actor, { kind: 'key' }>;
}

/** A team of its own with an owner and a key, so that tests of one file do not see each other. */
export async function createTenant(
  db: DatabaseHandle,
  options: { mode?: KeyMode } = {},
): Promise<Tenant> {
  const ctx = createTestContext(db);
  const mode = options.mode ?? 'live';
  const user = await ensureUser({
    ctx,
    input: { email: `${randomUUID()}@example.com`, name: 'Ada' },
  });
  const team = await createTeam({ ctx, input: { name: 'Team', ownerId: user.id } });
  const key = await issueKey({
    ctx,
    input: { teamId: team.id, createdBy: user.id, name: 'Test', mode },
  });
  return {
    teamId: team.id,
    userId: user.id,
    key,
    asUser: (role = 'owner') => ({ kind: 'user', userId: user.id, teamId: team.id, role }),
    asKey: (scopes = ['*']) => ({ kind: 'key', keyId: key.id, teamId: team.id, scopes, mode }),
  };
}

/** A generation that no usage event speaks of yet. */
export async function createGeneration(db: DatabaseHandle, tenant: Tenant): Promise<string> {
  const id = randomUUID();
  await db
    .insertInto('generations')
    .values({
      id,
      team_id: tenant.teamId,
      request_id: `req_${id}`,
      voice: 'af_heart',
      locale: 'en-US',
      model_id: 'm',
      format: 'wav',
      sample_rate: 24_000,
      speed: 1,
      characters: 11,
      audio_seconds: 1.5,
      compute_seconds: 0.5,
      cache: 'miss',
      status: 'completed',
    })
    .execute();
  return id;
}
