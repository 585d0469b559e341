import type { Context } from '../../platform/context.ts';
import { listManagersOfTeam, type Manager } from './managers-store.ts';

/** Who is told of what concerns a team as a whole: its owner and admins. */
export function listManagers({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: { readonly teamId: string };
}): Promise<readonly Manager[]> {
  return listManagersOfTeam(ctx.db, input.teamId);
}
