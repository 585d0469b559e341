import type { CheckedRoute } from '../check-route.ts';

const malformedIds = [
  '/v1/voices/AF_HEART',
  '/v1/voices/%00',
  '/v1/voices/af_nobody',
  '/v1/voices/%zz',
];

export const voiceRoutes: readonly CheckedRoute[] = [
  {
    method: 'GET',
    path: '/v1/voices',
    action: 'voices.read',
    malformed: [
      '/v1/voices?limit=0',
      '/v1/voices?limit=x',
      '/v1/voices?cursor=../..',
      '/v1/voices?gender=robot',
      '/v1/voices?nothing=1',
    ],
  },
  {
    method: 'GET',
    path: '/v1/voices/af_heart',
    action: 'voices.read',
    malformed: malformedIds,
  },
  {
    method: 'GET',
    path: '/v1/voices/af_heart/preview',
    action: 'voices.read',
    // There is no worker here that could speak it.
    harmless: { path: '/v1/voices/af_nobody/preview' },
    malformed: malformedIds.map((path) => `${path}/preview`),
  },
];
