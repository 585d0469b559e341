export { KeyAuthenticator } from './authenticator.ts';
export { forgetKeysOfTeam } from './forget-keys-of-team.ts';
export type { KeyActor } from './key-actor.ts';
export { addLeakRoutes } from './leak-routes.ts';
export { revokeKeysOfMaker } from './revoke-keys-of-maker.ts';
export { rotateKey } from './rotate-key.ts';
export { addKeyRoutes } from './routes.ts';
export { keyIdSchema } from './schema.ts';
export { type CreatedKey, getKey, issueKey, listKeys, revokeKey } from './service.ts';
