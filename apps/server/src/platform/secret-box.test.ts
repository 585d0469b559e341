import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { createSecretBox } from './secret-box.ts';

it('opens only what was sealed under the same secret and not altered', async () => {
  const box = createSecretBox(randomBytes(32));
  const sealed = await box.seal('top secret');
  expect(sealed).not.toContain('top secret');
  expect(await box.open(sealed)).toBe('top secret');
  expect(await createSecretBox(randomBytes(32)).open(sealed)).toBeUndefined();
  const [header, , iv, text, tag] = sealed.split('.');
  const altered = `${text?.startsWith('A') ? 'B' : 'A'}${text?.slice(1)}`;
  expect(await box.open([header, '', iv, altered, tag].join('.'))).toBeUndefined();
  expect(await box.open('noise')).toBeUndefined();
});
