export { AccessTokens } from './access-tokens.ts';
export { type LocalSessions, openLocalSessions } from './local-session.ts';
export { addAccountPages } from './pages.ts';
export { verifyEmail } from './register.ts';
export { type AccountServices, addAccountRoutes } from './routes.ts';
export { authenticateUser, deleteExpiredAccountData, ensureUser } from './service.ts';
export { SigningKeys } from './signing-keys.ts';
export type { User } from './store.ts';
