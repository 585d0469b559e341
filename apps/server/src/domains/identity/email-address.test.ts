import { describe, expect, it } from 'vitest';
import { normaliseEmail } from './email-address.ts';

describe('normaliseEmail', () => {
  it.each([
    ['  Ada@Example.COM ', 'ada@example.com'],
    ['ada+work@example.com', 'ada+work@example.com'],
    ['a.d.a@example.com', 'a.d.a@example.com'],
    ['ａｄａ@example.com', 'ada@example.com'],
    ['ada@bücher.example', 'ada@xn--bcher-kva.example'],
    ['ada@exаmple.com', 'ada@xn--exmple-4nf.com'],
    ['ada@example。com', 'ada@example.com'],
  ])('%j is kept as %j', (given, kept) => expect(normaliseEmail(given)).toBe(kept));

  it.each([
    'аda@example.com',
    'ada',
    '@example.com',
    'ada@',
    'ada@localhost',
    'ada@127.0.0.1',
    'ada@[127.0.0.1]',
    'ada@example.com\r\nBcc: eve@example.com',
    'ada\n@example.com',
    'ada@example.com,eve@example.com',
    'Ada <ada@example.com>',
    '"ada"@example.com',
    'a..da@example.com',
    'ada\u0000@example.com',
    'ada\u200b@example.com',
    `${'a'.repeat(65)}@example.com`,
    `ada@${'a.'.repeat(130)}com`,
  ])('%j is refused', (given) =>
    expect(() => normaliseEmail(given)).toThrow(
      expect.objectContaining({ code: 'invalid_email', param: 'email' }),
    ),
  );
});
