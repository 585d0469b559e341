export { type KeyActor, KeyAuthenticator } from './authenticator.ts';
export { addKeyRoutes } from './routes.ts';
export { type CreatedKey, issueKey, listKeys, revokeKey } from './service.ts';
