export { openSignedRequests } from './policy.ts';
export { addSigningRoutes, type SigningServices } from './routes.ts';
