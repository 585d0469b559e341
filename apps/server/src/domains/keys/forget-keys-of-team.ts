import type { Context } from '../../platform/context.ts';
import { forgetKey } from './changing-key.ts';
import { listKeyIdsOfTeam, lockKeyOfTeam } from './store.ts';

/** Takes the keys of a team that is about to be deleted out of every cache. */
export async function forgetKeysOfTeam({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: { readonly teamId: string };
}): Promise<void> {
  const { teamId } = input;
  for (const id of await listKeyIdsOfTeam(ctx.db, teamId)) {
    const key = await lockKeyOfTeam(ctx.db, { id, teamId });
    if (key) await forgetKey(ctx, key);
  }
}
