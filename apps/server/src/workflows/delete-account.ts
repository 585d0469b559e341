import {
  type AccountServices,
  eraseAccount,
  listAccountsDue,
  scheduleDeletion,
} from '../domains/identity/index.ts';
import { listKeys, revokeKey, revokeKeysOfMaker } from '../domains/keys/index.ts';
import { getFirstTeam, leaveOwnedTeams, listMemberships } from '../domains/teams/index.ts';
import { type Actor, type Context, withTransaction } from '../platform/context.ts';
import { DomainError } from '../platform/errors.ts';
import { formatId } from '../platform/ids.ts';

const keysAtOnce = 100;
const erasedAtOnce = 100;

/**
 * Schedules the deletion of the caller's account. Teams that they alone belong to go with it, so the keys
 * of those stop at once. @throws DomainError `owns_teams`, `confirmation_required`, `user_required`
 */
export const requestAccountDeletion: AccountServices['requestAccountDeletion'] = ({ ctx, input }) =>
  withTransaction(ctx, async (ctx) => {
    const { actor } = ctx;
    const dueAt = await scheduleDeletion({ ctx, input });
    if (actor.kind !== 'user') return dueAt;
    const memberships = await listMemberships(ctx.db, actor.userId);
    const owned = memberships.filter(({ role }) => role === 'owner');
    const shared = owned.filter(({ otherMembers }) => otherMembers > 0);
    if (shared.length > 0) throw ownsTeams(shared);
    const first = await getFirstTeam({ ctx });
    if (owned.some(({ teamId }) => teamId === first?.id)) throw ownsFirstTeam();
    for (const { teamId } of owned) {
      // Whatever the team in which they act asks of them: it is their own that goes.
      const owner = { ...actor, teamId, role: 'owner', lacksSecondFactor: false } as const;
      await revokeKeysOfTeam({ ...ctx, actor: owner });
    }
    return dueAt;
  });

async function revokeKeysOfTeam(ctx: Context & { readonly actor: Actor }): Promise<void> {
  let cursor: string | undefined;
  do {
    const { items: keys, nextCursor } = await listKeys({
      ctx,
      input: { limit: keysAtOnce, cursor },
    });
    for (const { id, revokedAt } of keys) {
      if (!revokedAt) await revokeKey({ ctx, input: { id: formatId('key', id) } });
    }
    cursor = nextCursor === null ? undefined : formatId('key', nextCursor);
  } while (cursor !== undefined);
}

/**
 * Erases the accounts whose time is up, each in a transaction of its own: a crash leaves none half
 * erased, and the next run goes on. One that fails keeps no other from going.
 */
export async function eraseDueAccounts(ctx: Context): Promise<void> {
  const failures: unknown[] = [];
  for (const userId of await listAccountsDue(ctx.db, ctx.clock.now(), erasedAtOnce)) {
    await eraseAccount({ ctx, input: { userId }, before: leaveTeams }).catch((error: unknown) =>
      failures.push(error),
    );
  }
  if (failures.length > 0) {
    throw new AggregateError(failures, `${failures.length} accounts could not be erased`);
  }
}

/** Whoever goes leaves no key behind in teams that go on. */
async function leaveTeams(ctx: Context, userId: string): Promise<void> {
  for (const { teamId } of await listMemberships(ctx.db, userId)) {
    await revokeKeysOfMaker({ ctx, input: { teamId, userId, role: undefined } });
  }
  await leaveOwnedTeams(ctx, userId);
}

function ownsTeams(teams: readonly { readonly teamId: string; readonly name: string }[]) {
  const names = teams.map(({ teamId, name }) => `"${name}" (${formatId('team', teamId)})`);
  return new DomainError({
    code: 'owns_teams',
    kind: 'conflict',
    detail: `Others belong to teams that you own: ${names.join(', ')}. Hand them over first, or remove the members.`,
  });
}

/** The person at the machine acts as its owner: whoever owned the next oldest team would be taken for them. */
function ownsFirstTeam(): DomainError {
  return new DomainError({
    code: 'owns_teams',
    kind: 'conflict',
    detail: "This account owns the server's first team, which cannot go. Hand it over first.",
  });
}
