export { type LocalSessions, openLocalSessions } from './local-session.ts';
export { ensureUser } from './service.ts';
export type { User } from './store.ts';
