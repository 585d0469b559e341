export { AccessTokens } from './access-tokens.ts';
export { eraseAccount, scheduleDeletion } from './account-deletion.ts';
export { addAccountDeletionRoutes } from './account-deletion-routes.ts';
export { openBreachedPasswords } from './breached-passwords.ts';
export { requireConfirmation } from './confirm.ts';
export { addConfirmRoutes } from './confirm-routes.ts';
export { addConnectionRoutes } from './connection-routes.ts';
export { removeConnectionsOfProvider } from './connections.ts';
export { describeAccount } from './describe-account.ts';
export { addDeviceRoutes } from './device-routes.ts';
export { normaliseEmail } from './email-address.ts';
export { endSessionsOfAccount } from './end-sessions.ts';
export { logInWithProfile, type SettleIn } from './external-log-in.ts';
export { formerTokenOf } from './former-session.ts';
export { type LocalSessions, openLocalSessions } from './local-session.ts';
export type { LogInPolicy } from './log-in.ts';
export { createOAuthProviders, type OAuthSettings } from './oauth-providers.ts';
export { addOAuthRoutes } from './oauth-routes.ts';
export { callbackSchema, nextSchema, signInPageSchema } from './oauth-schema.ts';
export { openAccount } from './open-account.ts';
export { addPasskeyRoutes } from './passkey-routes.ts';
export { addRecoveryRoutes } from './recovery-routes.ts';
export { verifyEmail } from './register.ts';
export type { AccountServices } from './route-parts.ts';
export { addAccountRoutes } from './routes.ts';
export { createSecretToken, hashToken } from './secret-token.ts';
export {
  authenticateUser,
  deleteExpiredAccountData,
  ensureUser,
  getMe,
  listAccountsDue,
} from './service.ts';
export { addSessionRoutes } from './session-routes.ts';
export type { OpenSession } from './sessions.ts';
export {
  bindToBrowser,
  browserTokenOf,
  type FailedReturn,
  redirectFailed,
  redirectLoggedIn,
  roundOf,
  stateOf,
} from './sign-in-replies.ts';
export {
  type BegunSignIn,
  beginSignIn,
  type ExternalProfile,
  endHandedOnSignIn,
  endSignIn,
  handOnSignIn,
  receiveSignIn,
} from './sign-ins.ts';
export { SigningKeys } from './signing-keys.ts';
export type { User } from './store.ts';
export { countInvitation } from './throttle.ts';
export { addTwoFactorRoutes } from './two-factor-routes.ts';
