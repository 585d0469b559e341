import { type User, verifyEmail } from '../domains/identity/index.ts';
import { createTeam, findMembership } from '../domains/teams/index.ts';
import { type Context, withTransaction } from '../platform/context.ts';

const maxTeamNameCharacters = 255;

/** Proves the address of who registered, and makes a team of their own. @throws DomainError `invalid_token` */
export async function confirmSignUp({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: { readonly token: string };
}): Promise<void> {
  await withTransaction(ctx, async (ctx) => {
    await ensureTeam(ctx, await verifyEmail({ ctx, input }));
  });
}

/** Whoever logs in through a provider for the first time gets a team of their own. */
export async function settleIn({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: { readonly user: User };
}): Promise<void> {
  await ensureTeam(ctx, input.user);
}

async function ensureTeam(ctx: Context, user: User): Promise<void> {
  if (await findMembership(ctx.db, { userId: user.id, teamId: undefined })) return;
  const name = `${user.name ?? user.email.split('@')[0]}'s team`.slice(-maxTeamNameCharacters);
  await createTeam({ ctx, input: { name, ownerId: user.id } });
}
