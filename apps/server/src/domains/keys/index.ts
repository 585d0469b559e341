export { type KeyActor, KeyAuthenticator } from './authenticator.ts';
export { addKeyRoutes } from './routes.ts';
export {
  type CreateKeyInput,
  createdKeySchema,
  createKeySchema,
  type Key,
  keyIdSchema,
  keyPageSchema,
  keySchema,
  listKeysSchema,
  presentKey,
} from './schema.ts';
export {
  type CreatedKey,
  createKey,
  issueKey,
  type KeyPage,
  listKeys,
  revokeKey,
} from './service.ts';
