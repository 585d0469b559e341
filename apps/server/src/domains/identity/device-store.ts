import type { DatabaseHandle } from '../../platform/database/database.ts';
import { createId } from '../../platform/ids.ts';

/** A device that asks to be connected. */
export interface DeviceGrant {
  readonly id: string;
  readonly userCode: string;
  readonly name: string;
  readonly ipAddress: string | null;
  readonly userAgent: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly intervalSeconds: number;
  readonly lastPolledAt: Date | null;
  readonly userId: string | null;
  readonly sessionId: string | null;
  readonly decision: 'approved' | 'denied' | null;
}

const columns = [
  'id',
  'user_code as userCode',
  'name',
  'ip_address as ipAddress',
  'user_agent as userAgent',
  'created_at as createdAt',
  'expires_at as expiresAt',
  'interval_seconds as intervalSeconds',
  'last_polled_at as lastPolledAt',
  'user_id as userId',
  'session_id as sessionId',
  'decision',
] as const;

/** Answers false when another device has this user code. */
export async function insertDeviceGrant(
  db: DatabaseHandle,
  grant: {
    deviceCodeHash: string;
    userCode: string;
    name: string;
    ipAddress: string | null;
    userAgent: string | null;
    createdAt: Date;
    expiresAt: Date;
    intervalSeconds: number;
  },
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('device_grants')
    .values({
      id: createId(),
      device_code_hash: grant.deviceCodeHash,
      user_code: grant.userCode,
      name: grant.name,
      ip_address: grant.ipAddress?.slice(0, 45) ?? null,
      user_agent: grant.userAgent?.slice(0, 500) ?? null,
      created_at: grant.createdAt,
      expires_at: grant.expiresAt,
      interval_seconds: grant.intervalSeconds,
    })
    .onConflict((conflict) => conflict.column('user_code').doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

/** The device that waits for a decision under this code. */
export async function findWaitingDevice(
  db: DatabaseHandle,
  device: { userCode: string; now: Date },
): Promise<DeviceGrant | undefined> {
  return db
    .selectFrom('device_grants')
    .select(columns)
    .where('user_code', '=', device.userCode)
    .where('decision', 'is', null)
    .where('expires_at', '>', device.now)
    .executeTakeFirst();
}

/** Notes what its reader decided: of any number who try at once one succeeds. */
export async function decideDevice(
  db: DatabaseHandle,
  device: {
    id: string;
    userId: string;
    sessionId: string | null;
    decision: 'approved' | 'denied';
  },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('device_grants')
    .set({ user_id: device.userId, session_id: device.sessionId, decision: device.decision })
    .where('id', '=', device.id)
    .where('decision', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** What became of a device's request. It stays locked until the transaction ends. */
export async function lockDeviceGrant(
  transaction: DatabaseHandle,
  deviceCodeHash: string,
): Promise<DeviceGrant | undefined> {
  return transaction
    .selectFrom('device_grants')
    .select(columns)
    .where('device_code_hash', '=', deviceCodeHash)
    .forUpdate()
    .executeTakeFirst();
}

export async function notePoll(
  db: DatabaseHandle,
  poll: { id: string; polledAt: Date; intervalSeconds: number },
): Promise<void> {
  await db
    .updateTable('device_grants')
    .set({ last_polled_at: poll.polledAt, interval_seconds: poll.intervalSeconds })
    .where('id', '=', poll.id)
    .execute();
}

export async function deleteDeviceGrant(db: DatabaseHandle, id: string): Promise<void> {
  await db.deleteFrom('device_grants').where('id', '=', id).execute();
}

export async function deleteDeviceGrantsBefore(db: DatabaseHandle, before: Date): Promise<void> {
  await db.deleteFrom('device_grants').where('expires_at', '<', before).execute();
}
