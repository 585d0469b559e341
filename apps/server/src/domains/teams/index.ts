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
export { createTeam, getFirstTeam, getPlan } from './service.ts';
export { findMembership, type Plan, type Team } from './store.ts';
