import type { CheckedRoute } from '../check-route.ts';

export const teamRoutes: readonly CheckedRoute[] = [
  { method: 'GET', path: '/v1/me/permissions', action: 'any credential' },
];
