import { beforeAll, expect, test, vi } from 'vitest';
import { readOwnPath } from './own-path.ts';

beforeAll(() => {
  vi.stubGlobal('location', new URL('https://voice.example/log-in'));
  return () => vi.unstubAllGlobals();
});

test.each(['/', '/security', '/?voice=af_heart', '/device?code=BCDF-GHJK#top'])(
  '%s is taken',
  (path) => expect(readOwnPath(path)).toBe(path),
);

test.each([
  'https://evil.example/',
  '//evil.example',
  '/\\evil.example',
  '/\t/evil.example',
  '\\/evil.example',
  '/./\\evil.example',
  '/..//evil.example',
  '/x/..//evil.example',
  'javascript:alert(1)',
  'security',
  '',
  undefined,
  7,
])('%j is refused', (next) => expect(readOwnPath(next)).toBeUndefined());
