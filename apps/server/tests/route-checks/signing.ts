import type { CheckedRoute } from '../check-route.ts';

export const signingRoutes: readonly CheckedRoute[] = [
  { method: 'GET', path: '/v1/signing-secrets', action: 'signing.manage' },
  {
    method: 'POST',
    path: '/v1/signing-secrets',
    json: { name: 'Billing' },
    action: 'signing.manage',
  },
  {
    method: 'DELETE',
    path: '/v1/signing-secrets/sign_01jd3x5qf8e5v9b1m2n3p4q5r6',
    action: 'signing.manage',
    malformed: ['/v1/signing-secrets/1', '/v1/signing-secrets/key_01jd3x5qf8e5v9b1m2n3p4q5r6'],
  },
  { method: 'GET', path: '/v1/request-signing', action: 'signing.manage' },
  {
    method: 'PUT',
    path: '/v1/request-signing',
    json: { required: false },
    action: 'signing.manage',
  },
];
