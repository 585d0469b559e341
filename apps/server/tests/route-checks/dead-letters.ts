import type { CheckedRoute } from '../check-route.ts';

const letters = '/v1/operator/dead-letters';
const anyLetter = `${letters}/dead_01jd3x5qf8e5v9b1m2n3p4q5r6`;
const malformed = [`${letters}/1`, `${letters}/key_01jd3x5qf8e5v9b1m2n3p4q5r6`];

export const deadLetterRoutes: readonly CheckedRoute[] = [
  {
    method: 'GET',
    path: letters,
    action: 'operator',
    malformed: [`${letters}?limit=0`, `${letters}?cursor=1`, `${letters}?text=1`],
  },
  { method: 'GET', path: anyLetter, action: 'operator', malformed },
  {
    method: 'POST',
    path: `${anyLetter}/replay`,
    action: 'operator',
    malformed: malformed.map((path) => `${path}/replay`),
  },
  { method: 'DELETE', path: anyLetter, action: 'operator', malformed },
  { method: 'DELETE', path: letters, action: 'operator' },
];
