import type { Context } from '../../platform/context.ts';
import { listConnectionsOfUser } from './connection-store.ts';
import { lastWayIn } from './errors.ts';
import { listPasskeysOfUser } from './passkey-store.ts';
import { lockUser } from './store.ts';

/**
 * Lets one of the things go that open an account, if another is left. Of two that would each leave the
 * other as the last, the second sees the first. Call it in a transaction. @throws DomainError `last_way_in`
 */
export async function keepOneWayIn(ctx: Context, userId: string): Promise<void> {
  if ((await countWaysIn(ctx, userId)) < 2) throw lastWayIn();
}

/** How many things open an account. Nobody changes the account until the transaction ends. */
export async function countWaysIn(ctx: Context, userId: string): Promise<number> {
  const user = await lockUser(ctx.db, userId);
  const passkeys = await listPasskeysOfUser(ctx.db, userId);
  const connections = await listConnectionsOfUser(ctx.db, userId);
  const passwords = user?.passwordHash == null ? 0 : 1;
  return passwords + passkeys.length + connections.length;
}
