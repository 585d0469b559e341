export {
  isAllowed,
  type Permission,
  permissions,
  requirePermission,
  type TeamActor,
} from './permissions.ts';
export { createTeam, getFirstTeam } from './service.ts';
export type { Team } from './store.ts';
