import type { Context } from '../../platform/context.ts';
import { setMakerOfKeys } from './store.ts';

/** Makes the keys of a team that one person made another's, who hears of their end from then on. */
export async function handKeysOver({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: { readonly teamId: string; readonly from: string; readonly to: string };
}): Promise<void> {
  await setMakerOfKeys(ctx.db, input);
}
