import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { describeForConsole } from './role-log.ts';
import { readWholeLines } from './whole-lines.ts';

async function taken(chunks: readonly (string | Buffer)[]): Promise<string[]> {
  const stream = new PassThrough();
  const all: string[] = [];
  readWholeLines(stream, (lines) => all.push(lines));
  for (const chunk of chunks) {
    stream.write(chunk);
    await new Promise(setImmediate);
  }
  stream.end();
  await new Promise((resolve) => stream.once('end', resolve));
  return all;
}

it('hands over together what came together, and no part of a line', async () => {
  expect(await taken(['one\ntwo\nth', 're', 'e\nfour'])).toEqual([
    'one\ntwo\n',
    'three\n',
    'four\n',
  ]);
});

it('puts a character together that two chunks share', async () => {
  const [head, tail] = [Buffer.from('caf\u00e9\n').subarray(0, 4), Buffer.from([0xa9, 0x0a])];
  expect(await taken([head, tail])).toEqual(['caf\u00e9\n']);
});

it('shows warnings and errors among other lines', () => {
  const lines = [
    '{"level":"info","msg":"request","path":"{\\"level\\":\\"error\\"}"}',
    '{"level":"warn","msg":"slow"}',
    'not JSON',
    '{"level":"error","msg":"failed","err":{"message":"no disk"}}',
    '{"level":"error","msg":',
    '',
  ];
  expect(describeForConsole(lines.join('\n'))).toEqual(['warn: slow', 'error: failed: no disk']);
});
