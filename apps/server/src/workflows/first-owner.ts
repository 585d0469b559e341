import { openAccount } from '../domains/identity/index.ts';
import { handKeysOver } from '../domains/keys/index.ts';
import { handOverFirstTeam } from '../domains/teams/index.ts';
import { type Context, withTransaction } from '../platform/context.ts';
import { createFirstTeam, lockFirstTeam, operator } from './bootstrap.ts';

/**
 * Makes a person the owner of the first team, and so the operator of the server: by whoever runs it, once.
 * Answers the token of a link that sets their password; null where they can log in already. Called again
 * for the same person it makes a new token, in place of the one before.
 * @throws DomainError `already_owned`, `invalid_email`
 */
export async function makeFirstOwner({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: { readonly email: string; readonly name: string | null };
}): Promise<{ readonly email: string; readonly passwordToken: string | null }> {
  return withTransaction(ctx, async (ctx) => {
    if (!(await lockFirstTeam(ctx))) await createFirstTeam(ctx);
    const { user, passwordToken } = await openAccount({ ctx, input });
    const to = user.id;
    const handedOver = await handOverFirstTeam({
      ctx,
      input: { standInEmail: operator.email, userId: to },
    });
    if (handedOver) {
      const { team, standInId: from } = handedOver;
      await handKeysOver({ ctx, input: { teamId: team.id, from, to } });
    }
    return { email: user.email, passwordToken };
  });
}
