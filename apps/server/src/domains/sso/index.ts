export type { SsoServices } from './services.ts';
export { admitBySso, requireSsoWhereSet } from './sign-in.ts';
export { addSsoSignInRoutes } from './sign-in-routes.ts';
export { addSsoRoutes } from './team-routes.ts';
