import { recordAuditEvent } from '../../domains/audit/index.ts';
import { type Context, withTransaction } from '../../platform/context.ts';
import { lockUntilCommit } from '../../platform/database/database.ts';
import { planImport } from './plan.ts';
import { readStore } from './read-store.ts';
import { findKnownRecords, type ImportLine, insertPlan } from './store.ts';

export interface ImportReport {
  readonly lines: readonly ImportLine[];
  /** Each names its place. Where there is one, nothing was written. */
  readonly errors: readonly string[];
}

const lockKey = 0x566f_6965;

/**
 * Brings users, teams, members, keys and deployments of the old JSON store into the database, all or
 * nothing, and any number of times: what is there already stays as it is.
 */
export async function importJsonStore({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: { readonly files: readonly string[] };
}): Promise<ImportReport> {
  const { store, errors: readErrors } = await readStore(input.files);
  return withTransaction(ctx, async (ctx) => {
    await lockUntilCommit(ctx.db, lockKey);
    const known = await findKnownRecords(ctx.db, store);
    const { plan, errors: planErrors } = planImport(store, known, ctx.clock.now());
    // References to a record that could not be read would only be noise beside the reason.
    const errors = readErrors.length > 0 ? readErrors : planErrors;
    if (errors.length > 0) return { lines: [], errors };
    const lines = await insertPlan(ctx.db, plan);
    const imported = lines.filter((line) => line.imported).length;
    if (imported > 0) {
      await recordAuditEvent({
        ctx,
        input: {
          eventType: 'json_store.imported',
          teamId: null,
          resource: { type: 'json_store', id: null },
          details: { imported, already_there: lines.length - imported },
        },
      });
    }
    return { lines, errors };
  });
}
