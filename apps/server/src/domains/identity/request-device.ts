import { type Context, withTransaction } from '../../platform/context.ts';
import {
  type DeviceGrant,
  deleteDeviceGrant,
  insertDeviceGrant,
  lockDeviceGrant,
  notePoll,
} from './device-store.ts';
import { createSecretToken, hashToken } from './secret-token.ts';
import { findOpenSession } from './session-store.ts';
import { type OpenSession, openSession } from './sessions.ts';
import { countDeviceRequest } from './throttle.ts';
import { createUserCode } from './user-code.ts';

export const deviceCodeSeconds = 10 * 60;
const firstIntervalSeconds = 5;
/** What a device that asks too soon must wait longer from then on (RFC 8628, 3.5). */
const slowDownSeconds = 5;

export interface DeviceRequest {
  readonly deviceCode: string;
  readonly userCode: string;
  readonly intervalSeconds: number;
}

/** Gives a device a code to show and one to come back with. @throws DomainError `too_many_attempts` */
export async function requestDevice({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: { readonly name: string };
}): Promise<DeviceRequest> {
  await countDeviceRequest(ctx);
  const createdAt = ctx.clock.now();
  const deviceCode = createSecretToken();
  const grant = {
    deviceCodeHash: hashToken(deviceCode),
    name: input.name,
    ipAddress: ctx.ip,
    userAgent: ctx.userAgent,
    createdAt,
    expiresAt: new Date(createdAt.getTime() + deviceCodeSeconds * 1000),
    intervalSeconds: firstIntervalSeconds,
  };
  for (;;) {
    const userCode = createUserCode();
    if (await insertDeviceGrant(ctx.db, { ...grant, userCode })) {
      return { deviceCode, userCode, intervalSeconds: firstIntervalSeconds };
    }
  }
}

/** Why a device gets no session, in the words of RFC 8628 and RFC 6749. */
export type DeviceRefusal =
  | 'authorization_pending'
  | 'slow_down'
  | 'access_denied'
  | 'expired_token'
  | 'invalid_grant';

/** The session of a device whose owner has approved it, once; else why there is none. */
export async function exchangeDeviceCode({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: { readonly deviceCode: string };
}): Promise<OpenSession | DeviceRefusal> {
  return withTransaction(ctx, async (ctx) => {
    const grant = await lockDeviceGrant(ctx.db, hashToken(input.deviceCode));
    if (!grant) return 'invalid_grant';
    if (grant.expiresAt <= ctx.clock.now()) return 'expired_token';
    if (grant.decision === null) return answerPoll(ctx, grant);
    await deleteDeviceGrant(ctx.db, grant.id);
    const { userId } = grant;
    if (grant.decision === 'denied' || userId === null) return 'access_denied';
    const approval = await findApproval(ctx, grant, userId);
    if (!approval) return 'access_denied';
    const method = approval.method ?? 'device';
    return openSession(ctx, { userId, method, name: grant.name, loggedInBy: 'device' });
  });
}

async function answerPoll(ctx: Context, grant: DeviceGrant): Promise<DeviceRefusal> {
  const polledAt = ctx.clock.now();
  const sinceLastMs = polledAt.getTime() - (grant.lastPolledAt?.getTime() ?? 0);
  const tooSoon = sinceLastMs < grant.intervalSeconds * 1000;
  const intervalSeconds = grant.intervalSeconds + (tooSoon ? slowDownSeconds : 0);
  await notePoll(ctx.db, { id: grant.id, polledAt, intervalSeconds });
  return tooSoon ? 'slow_down' : 'authorization_pending';
}

/**
 * What a device was approved by, and stands on from then on. Who has ended that session has not meant to
 * leave the device in.
 */
async function findApproval(
  ctx: Context,
  { sessionId: id }: DeviceGrant,
  userId: string,
): Promise<{ readonly method: string | null } | undefined> {
  if (id === null) return { method: null };
  return findOpenSession(ctx.db, { id, userId, now: ctx.clock.now() });
}
