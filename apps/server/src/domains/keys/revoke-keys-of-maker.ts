import type { Context, Role } from '../../platform/context.ts';
import { formatId } from '../../platform/ids.ts';
import { exceedsRole } from '../teams/index.ts';
import { revokeInTeam } from './service.ts';
import { listActiveKeysOfMaker } from './store.ts';

/**
 * Revokes the keys that somebody made in a team, directly or by another key, as far as they may do
 * more than the role that the maker has left; all of them for who has none. That this may be done is
 * for the caller to know. Answers their UUIDs.
 */
export async function revokeKeysOfMaker({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: {
    readonly teamId: string;
    readonly userId: string;
    readonly role: Role | undefined;
  };
}): Promise<readonly string[]> {
  const { teamId, role } = input;
  const keys = await listActiveKeysOfMaker(ctx.db, input);
  const ids = keys
    .filter(({ scopes }) => role === undefined || exceedsRole(scopes, role))
    .map(({ id }) => id);
  for (const id of ids) await revokeInTeam(ctx, { id: formatId('key', id), teamId });
  return ids;
}
