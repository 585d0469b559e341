import { revokeKeysOfMaker } from '../domains/keys/index.ts';
import { changeRole, removeMember, type TeamServices } from '../domains/teams/index.ts';

/** Gives a member another role; keys that they made and that may do more than it are revoked. */
export const changeMemberRole: TeamServices['changeMemberRole'] = ({ ctx, input }) =>
  changeRole({
    ctx,
    input,
    async lowered(ctx, { userId, role }) {
      const { teamId } = ctx.actor;
      return { keyIds: await revokeKeysOfMaker({ ctx, input: { teamId, userId, role } }) };
    },
  });

/** Takes a member out of a team, with the keys that they made there. */
export const removeMemberWithKeys: TeamServices['removeMemberWithKeys'] = ({ ctx, input }) =>
  removeMember({
    ctx,
    input,
    async removed(ctx, { userId }) {
      const { teamId } = ctx.actor;
      const keyIds = await revokeKeysOfMaker({ ctx, input: { teamId, userId, role: undefined } });
      return { keyIds };
    },
  });
