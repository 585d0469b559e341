import { forgetKeysOfTeam } from '../domains/keys/index.ts';
import { deleteTeam, type TeamServices } from '../domains/teams/index.ts';

/** Deletes a team; its keys leave every cache before they are gone. */
export const deleteTeamWithKeys: TeamServices['deleteTeamWithKeys'] = ({ ctx, input, publicUrl }) =>
  deleteTeam({
    ctx,
    input,
    publicUrl,
    last: (ctx) => forgetKeysOfTeam({ ctx, input: { teamId: ctx.actor.teamId } }),
  });
