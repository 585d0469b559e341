export { listManagers } from './managers.ts';
export { requireOperator } from './operator.ts';
export {
  type Action,
  actions,
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
export { addTeamRoutes } from './routes.ts';
export { changePlan, createTeam, getFirstTeam, getPlan, planNameInCache } from './service.ts';
export { findMembership, type Plan, plans, type Team } from './store.ts';
