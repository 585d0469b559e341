import type { CheckedRoute } from '../check-route.ts';

export const clientTokenRoutes: readonly CheckedRoute[] = [
  {
    method: 'POST',
    path: '/v1/client-tokens',
    json: { origin: 'https://app.example.com', scopes: ['voices'] },
    action: 'client_tokens.create',
  },
];
