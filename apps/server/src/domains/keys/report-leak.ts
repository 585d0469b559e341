import { type Context, withTransaction } from '../../platform/context.ts';
import { queueMail } from '../../platform/mail/index.ts';
import { recordAuditEvent } from '../audit/index.ts';
import { listManagers } from '../teams/index.ts';
import { announce } from '../webhooks/index.ts';
import { forgetKey } from './changing-key.ts';
import { couldBeKey, hashKey } from './key-format.ts';
import { leakMail } from './mails.ts';
import { presentKey } from './schema.ts';
import { changeKey, deleteSecrets, findActiveKey, lockKeyOfTeam, type StoredKey } from './store.ts';

export interface LeakReport {
  readonly key: string;
  /** Where it was found. */
  readonly where?: string | undefined;
}

/**
 * Stops the keys among what was found in public, and tells their teams. Whoever reports learns nothing:
 * it goes the same way for what is no key, no longer one, or never was.
 */
export async function reportLeaks({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: { readonly reports: readonly LeakReport[]; readonly publicUrl: string };
}): Promise<void> {
  for (const report of input.reports) {
    if (!couldBeKey(report.key)) continue;
    await withTransaction(ctx, (ctx) => stopLeakedKey(ctx, report, input.publicUrl));
  }
}

async function stopLeakedKey(ctx: Context, report: LeakReport, publicUrl: string): Promise<void> {
  const hash = hashKey(report.key);
  const found = await findActiveKey(ctx.db, hash);
  const key = found && (await lockKeyOfTeam(ctx.db, found));
  if (!key || key.revokedAt || ![key.keyHash, key.previousHash].includes(hash)) return;
  const isPrevious = key.previousHash === hash;
  await forgetKey(ctx, key);
  const stopped = isPrevious ? await endPrevious(ctx, key) : await revoke(ctx, key);
  const where = report.where === undefined ? null : withoutSecrets(report.where);
  const { teamId } = key;
  await announce({
    ctx,
    input: {
      teamId,
      event: 'api_key.leaked',
      data: { key: presentKey(stopped), stopped: isPrevious ? 'previous_secret' : 'key', where },
    },
  });
  for (const { email } of await listManagers({ ctx, input: { teamId } })) {
    await queueMail(ctx, leakMail(email, { key, isPrevious, where, publicUrl }));
  }
  await recordAuditEvent({
    ctx,
    input: {
      eventType: 'api_key.leaked',
      teamId,
      resource: { type: 'api_key', id: key.id },
      actor: { kind: 'anonymous' },
      details: { stopped: isPrevious ? 'previous_secret' : 'key', where },
    },
  });
}

/** The present secret is not the one that leaked: programs that have changed over go on. */
async function endPrevious(ctx: Context, key: StoredKey): Promise<StoredKey> {
  await deleteSecrets(ctx.db, key.id, ['previous']);
  return { ...key, previousPrefix: null, previousEndsAt: null, previousUsedAt: null };
}

async function revoke(ctx: Context, key: StoredKey): Promise<StoredKey> {
  await deleteSecrets(ctx.db, key.id, ['next']);
  return changeKey(ctx.db, key, { revoked_at: ctx.clock.now() });
}

const maxWhereLength = 500;

/** Addresses carry tokens in their queries, names in front, and what not behind the `#`. */
function withoutSecrets(where: string): string {
  const { origin, pathname } = new URL(where);
  return `${origin}${pathname}`.slice(0, maxWhereLength);
}
