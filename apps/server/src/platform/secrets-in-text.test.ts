import { expect, it } from 'vitest';
import { redactSecrets } from './secrets-in-text.ts';

const jwt = 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ1c2VyIn0.c2lnbmF0dXJl-_c2ln';
const random = 'q8Vw0m3kTzX1yB7nH5cJ2dL9fR4gS6hU0aP_eKiWoMt';

it.each([
  [
    `the key vf_live_3kTz0123456789abcdefghijklmnopqrstuvwx failed`,
    'the key vf_live_[redacted] failed',
  ],
  [`vf_hook_${random}`, 'vf_hook_[redacted]'],
  [`"vf_client_${random}"`, '"vf_client_[redacted]"'],
  [`a token ${jwt}, it is said`, 'a token eyJ[redacted], it is said'],
  ['Authorization: Bearer abcdefgh12345', 'Authorization: Bearer [redacted]'],
  [`{"refresh_token":"${random}","a":1}`, '{"refresh_token":"[redacted]","a":1}'],
  ['{"headers":{"set-cookie":"a=b; Path=/"}}', '{"headers":{"set-cookie":"[redacted]"}}'],
  ['{"body":"{\\"password\\":\\"hunter2\\"}"}', '{"body":"{\\"password\\":\\"[redacted]"}'],
  ['{"password":"a\\\\\\"b","ms":1}', '{"password":"[redacted]","ms":1}'],
  [`http://localhost/verify#token=${random}`, 'http://localhost/verify#token=[redacted]'],
  [
    'postgres://me:s3cret@db/x and redis://:pw@cache',
    'postgres://me:[redacted]@db/x and redis://:[redacted]@cache',
  ],
])('takes the secret out of %s', (text, redacted) => {
  expect(redactSecrets(text)).toBe(redacted);
});

it.each([
  '{"level":"info","request_id":"req_0123456789abcdef0123456789abcdef","route":"/v1/keys/:id","ms":1}',
  'vf_live_3kTz is what may be shown of a key',
  '{"code":"token_budget_exceeded","status":429}',
  'http://localhost:8080/metrics, and https://example.com/a@b',
])('leaves %s alone', (text) => {
  expect(redactSecrets(text)).toBe(text);
});

it('does not take long over a long line of quotes and backslashes', () => {
  const line = '"'.repeat(200_000) + '\\"x'.repeat(50_000) + '\\'.repeat(200_000);
  expect(redactSecrets(line)).toBe(line);
});
