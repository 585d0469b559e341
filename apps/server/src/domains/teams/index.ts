export { admitMember } from './admit-member.ts';
export { handOverFirstTeam } from './first-owner.ts';
export { addInvitationRoutes } from './invitation-routes.ts';
export { deleteOldInvitations } from './invitations.ts';
export { listManagers } from './managers.ts';
export { addMemberRoutes } from './member-routes.ts';
export { findMembership, type Member } from './member-store.ts';
export { changeRole, type MemberChange, removeMember } from './members.ts';
export { requireOperator } from './operator.ts';
export { addOperatorRoutes } from './operator-routes.ts';
export { changeTeam, holdActorInTeam, inTeam, type TeamContext } from './own-team.ts';
export { deleteTeam } from './ownership.ts';
export { addOwnershipRoutes } from './ownership-routes.ts';
export {
  type Action,
  actions,
  exceedsRole,
  isAllowed,
  mayGive,
  requirePermission,
  rolesFor,
  rules,
  type Scope,
  scopeNames,
  scopes,
  type TeamActor,
} from './permissions.ts';
export { listMemberships, type Membership } from './person-store.ts';
export type { TeamServices } from './route-parts.ts';
export { addTeamRoutes } from './routes.ts';
export {
  changePlan,
  createTeam,
  getFirstTeam,
  getPlan,
  isFirstTeam,
  planNameInCache,
} from './service.ts';
export { type Plan, plans, type Team } from './store.ts';
export { leaveOwnedTeams } from './teams-of-person.ts';
