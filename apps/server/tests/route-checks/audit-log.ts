import type { CheckedRoute } from '../check-route.ts';

export const auditRoutes: readonly CheckedRoute[] = [
  {
    method: 'GET',
    path: '/v1/audit-log',
    action: 'audit.read',
    malformed: [
      'actor=somebody',
      'actor=team_01jd3x5qf8e5v9b1m2n3p4q5r6',
      'event_type=*',
      'event_type=created',
      'resource_type=Key',
      'resource_id=%00',
      'from=yesterday',
      'to=2026-02-30T00:00:00Z',
      'success=1',
      'limit=101',
      'cursor=0',
      'cursor=key_1',
      'team_id=1',
    ].map((query) => `/v1/audit-log?${query}`),
  },
  {
    method: 'GET',
    path: '/v1/audit-log/verify',
    action: 'audit.read',
    malformed: ['sequence=1', 'sequence=0&hash=1', `hash=${'a'.repeat(64)}`].map(
      (query) => `/v1/audit-log/verify?${query}`,
    ),
  },
  {
    method: 'GET',
    path: '/v1/audit-log/export?format=jsonl',
    action: 'audit.read',
    malformed: [
      '/v1/audit-log/export',
      '/v1/audit-log/export?format=xml',
      '/v1/audit-log/export?format=csv&limit=1',
    ],
  },
];
