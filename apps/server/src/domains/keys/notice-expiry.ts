import { type Context, withTransaction } from '../../platform/context.ts';
import { formatId } from '../../platform/ids.ts';
import { queueMail } from '../../platform/mail/index.ts';
import type { SecretBox } from '../../platform/secret-box.ts';
import { recordAuditEvent } from '../audit/index.ts';
import { listManagers } from '../teams/index.ts';
import { announce } from '../webhooks/index.ts';
import { expiryMail } from './expiry-mail.ts';
import { type DueNotice, findMakersEmail, listDueNotices, noteNotice } from './expiry-store.ts';
import { generateKey, hashKey, shownPrefixOf } from './key-format.ts';
import { presentKey } from './schema.ts';
import { findKeyOfTeam, insertSecret, lockKeyOfTeam, type StoredKey } from './store.ts';

const noticeDays = [14, 7, 1] as const;
const noticesAtOnce = 1_000;

export interface NoticeServices {
  readonly box: SecretBox;
  readonly publicUrl: string;
}

/**
 * Tells people and webhooks of keys that end within 14, 7 and 1 days, each once, and makes the next
 * secret of those that rotate by themselves. Where a notice was missed, the tightest one goes out.
 * What fails is tried again with the next run, and holds up no other key.
 */
export async function noticeExpiringKeys(ctx: Context, services: NoticeServices): Promise<void> {
  const due = await listDueNotices(ctx.db, {
    now: ctx.clock.now(),
    daysBefore: noticeDays,
    limit: noticesAtOnce,
  });
  const failures: unknown[] = [];
  for (const notice of due) {
    await sendNotice(ctx, notice, services).catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw new AggregateError(failures, 'notices of keys did not go out');
}

async function sendNotice(
  ctx: Context,
  notice: DueNotice,
  services: NoticeServices,
): Promise<void> {
  const { keyId: id, teamId, daysBefore } = notice;
  await withTransaction(ctx, async (ctx) => {
    const found = await lockKeyOfTeam(ctx.db, { id, teamId });
    // Meanwhile it may have been revoked, given a new end, or noticed by another process.
    const isDue = found?.expiresAt?.getTime() === notice.expiresAt.getTime() && !found.revokedAt;
    if (!isDue || !(await noteNotice(ctx.db, notice, ctx.clock.now()))) return;
    const key = found.autoRotate ? await prepareSuccessor(ctx, found, services.box) : found;
    for (const email of await listReaders(ctx, notice)) {
      const mail = expiryMail(email, {
        name: key.name,
        prefix: key.prefix,
        publicId: formatId('key', id),
        expiresAt: notice.expiresAt,
        daysBefore,
        nextIsReady: key.nextPrefix !== null,
        publicUrl: services.publicUrl,
      });
      await queueMail(ctx, mail);
    }
    const data = { key: presentKey(key), days_before: daysBefore };
    await announce({ ctx, input: { teamId, event: 'api_key.expiring', data } });
    await recordAuditEvent({
      ctx,
      input: {
        eventType: 'api_key.expiring',
        teamId,
        resource: { type: 'api_key', id },
        details: { days_before: daysBefore, next_secret_is_ready: key.nextPrefix !== null },
      },
    });
  });
}

/** Makes the secret that follows the present one, unless it is there. Sealed: nobody has seen it. */
async function prepareSuccessor(ctx: Context, key: StoredKey, box: SecretBox): Promise<StoredKey> {
  if (key.nextPrefix !== null) return key;
  const secret = generateKey(key.mode);
  await insertSecret(ctx.db, {
    key_hash: hashKey(secret),
    api_key_id: key.id,
    place: 'next',
    key_prefix: shownPrefixOf(secret),
    created_at: ctx.clock.now(),
    sealed: await box.seal(secret),
  });
  return (await findKeyOfTeam(ctx.db, key)) ?? key;
}

/** Owner, admins and who made the key, each once. */
async function listReaders(ctx: Context, { keyId, teamId }: DueNotice): Promise<Set<string>> {
  const managers = await listManagers({ ctx, input: { teamId } });
  const maker = await findMakersEmail(ctx.db, keyId);
  return new Set([...managers.map(({ email }) => email), ...(maker ? [maker] : [])]);
}
