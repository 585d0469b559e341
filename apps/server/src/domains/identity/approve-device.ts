import { type Context, personOf, withTransaction } from '../../platform/context.ts';
import { queueMail } from '../../platform/mail/index.ts';
import { recordAuditEvent } from '../audit/index.ts';
import { type DeviceGrant, decideDevice, findWaitingDevice } from './device-store.ts';
import { deviceNotFound } from './errors.ts';
import { deviceConnectedMail } from './mails.ts';
import { getMe } from './service.ts';
import { countUserCode } from './throttle.ts';
import { parseUserCode } from './user-code.ts';

interface CodeCall {
  readonly ctx: Context;
  readonly input: { readonly userCode: string };
}

/**
 * The device that shows this code, for a person who is about to decide. Wrong codes are counted.
 * @throws DomainError `device_not_found`, `too_many_attempts`, `user_required`
 */
export async function findDevice({ ctx, input }: CodeCall): Promise<DeviceGrant> {
  const { id: userId } = await getMe({ ctx });
  const takeBackCount = await countUserCode(ctx, userId);
  const userCode = parseUserCode(input.userCode);
  const device =
    userCode !== undefined && (await findWaitingDevice(ctx.db, { userCode, now: ctx.clock.now() }));
  if (!device) throw deviceNotFound();
  await takeBackCount();
  return device;
}

/** Lets the device that shows this code into the caller's account, and tells its owner by mail. @throws as `findDevice` */
export function approveDevice(call: CodeCall & { readonly publicUrl: string }): Promise<void> {
  return decide(call, 'approved', async (ctx, { email, device }) => {
    await queueMail(ctx, deviceConnectedMail(email, call.publicUrl, device));
  });
}

/** Sends the device that shows this code away. @throws as `findDevice` */
export function denyDevice(call: CodeCall): Promise<void> {
  return decide(call, 'denied', async () => {});
}

async function decide(
  { ctx, input }: CodeCall,
  decision: 'approved' | 'denied',
  last: (ctx: Context, decided: { email: string; device: DeviceGrant }) => Promise<void>,
): Promise<void> {
  const device = await findDevice({ ctx, input });
  const { id, ipAddress } = device;
  const { id: userId, email } = await getMe({ ctx });
  const sessionId = personOf(ctx.actor)?.sessionId ?? null;
  await withTransaction(ctx, async (ctx) => {
    if (!(await decideDevice(ctx.db, { id, userId, sessionId, decision }))) throw deviceNotFound();
    await last(ctx, { email, device });
    await recordAuditEvent({
      ctx,
      input: {
        eventType: `device.${decision}`,
        teamId: null,
        resource: { type: 'user', id: userId },
        details: { device_address: ipAddress },
      },
    });
  });
}
