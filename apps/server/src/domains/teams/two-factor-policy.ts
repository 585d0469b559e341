import type { Context } from '../../platform/context.ts';
import { recordAuditEvent } from '../audit/index.ts';
import { ownSecondFactorFirst } from './errors.ts';
import { changeTeam, inTeam } from './own-team.ts';
import { requireProof } from './ownership.ts';
import { setTwoFactorRequired } from './store.ts';

/**
 * Says whether members need a second factor to act in a team. Who asks for it must have one.
 * @throws DomainError `team_not_found`, `permission_denied`, `confirmation_required`, `second_factor_first`
 */
export async function requireTwoFactor({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: { readonly id: string; readonly required: boolean };
}): Promise<void> {
  const { id, required } = input;
  await changeTeam(ctx, id, 'two_factor.require', async (ctx, team) => {
    await requireProof(ctx);
    if (team.twoFactorRequired === required) return;
    await setTwoFactorRequired(ctx.db, { id: team.id, required });
    const { actor } = await inTeam(ctx, id);
    if (actor.kind === 'user' && actor.lacksSecondFactor) throw ownSecondFactorFirst();
    await recordAuditEvent({
      ctx,
      input: {
        eventType: 'team.two_factor_changed',
        teamId: team.id,
        resource: { type: 'team', id: team.id },
        details: { required },
      },
    });
  });
}
