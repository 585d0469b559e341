export {
  isAllowed,
  type Permission,
  permissions,
  requirePermission,
  type TeamActor,
} from './permissions.ts';
export { createTeam, getFirstTeam, getPlan } from './service.ts';
export { findMembership, type Plan, type Team } from './store.ts';
