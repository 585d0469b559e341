import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildCurlCommand, quoteForShell } from './curl-command.ts';

const request = { text: "It's $5 `now`", voice: 'af_heart', speed: 1.2, format: 'mp3' } as const;

test('a shell reads back exactly the text that was quoted', () => {
  const text = fc.string({ unit: 'grapheme' }).filter((t) => !t.includes('\0'));
  fc.assert(
    fc.property(text, (original) => {
      const printed = execFileSync('/bin/sh', ['-c', `printf %s ${quoteForShell(original)}`]);
      expect(printed.toString()).toBe(original);
    }),
    { numRuns: 40 },
  );
});

test('curl gets the address, the key from the environment and the request as it is', () => {
  const command = buildCurlCommand(request, 'http://localhost:8080');
  const script = `curl() { printf '%s\\0' "$@"; }\n${command}`;
  const env = { VOICEFLOW_API_KEY: 'vf_live_secret' };
  const printed = execFileSync('/bin/sh', ['-c', script], { env }).toString();
  const words = printed.split('\0').slice(0, -1);
  expect(words).toEqual([
    'http://localhost:8080/v1/generate',
    '--fail-with-body',
    '-o',
    'speech.mp3',
    '-H',
    'Authorization: Bearer vf_live_secret',
    '-H',
    'Content-Type: application/json',
    '-d',
    JSON.stringify(request),
  ]);
  expect(command).not.toContain('vf_live');
});
