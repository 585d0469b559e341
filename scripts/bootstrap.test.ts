import { spawn } from 'node:child_process';
import { on, once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

/** A checkout with nothing but the launcher and an entry point that tells what happens to it. */
let checkout: string;

const lock = (version: string) =>
  JSON.stringify({ packages: { '': {}, 'node_modules/thing': { version } } });

function writeEntry(source: string): void {
  writeFileSync(join(checkout, 'apps/server/src/start.ts'), source);
}

beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'voice flow '));
  cpSync(import.meta.dirname, join(checkout, 'scripts'), { recursive: true });
  mkdirSync(join(checkout, 'apps/server/src'), { recursive: true });
  mkdirSync(join(checkout, 'node_modules/node/bin'), { recursive: true });
  symlinkSync(process.execPath, join(checkout, 'node_modules/node/bin/node'));
  writeFileSync(join(checkout, 'package-lock.json'), lock('1.0.0'));
  writeFileSync(join(checkout, 'node_modules/.package-lock.json'), lock('1.0.0'));
});

afterEach(() => rmSync(checkout, { recursive: true }));

function launch(args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [join(checkout, 'scripts/bootstrap.mjs'), ...args], {
    cwd: tmpdir(),
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const changed: (() => void)[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      for (const notify of changed.splice(0)) notify();
    });
  }
  const untilPrinted = async (text: string) => {
    while (!output.includes(text)) await new Promise<void>((resolve) => changed.push(resolve));
  };
  const exitCode = once(child, 'close').then(([code]: (number | null)[]) => code);
  return { child, exitCode, untilPrinted, output: () => output };
}

test('hands arguments on, runs in the checkout and passes the exit code back', async () => {
  writeEntry('console.log(process.cwd(), process.argv.slice(2)); process.exit(7);');
  const run = launch(['start', '--a b']);
  expect(await run.exitCode).toBe(7);
  expect(run.output()).toContain(checkout);
  expect(run.output()).toContain("[ '--a b' ]");
});

test('passes a signal on once, however often one key press sends it', async () => {
  writeEntry(`
    let count = 0;
    process.on('SIGINT', () => { count++; setTimeout(() => { console.log('signals:', count); process.exit(0); }, 300); });
    setInterval(() => {}, 1000);
    console.log('ready');`);
  const run = launch(['start']);
  await run.untilPrinted('ready');
  run.child.kill('SIGINT');
  run.child.kill('SIGINT');
  expect(await run.exitCode).toBe(0);
  expect(run.output()).toContain('signals: 1');
});

test('ends what it runs when the shell of npm, which alone is told to end, is gone', async () => {
  writeEntry(`
    process.on('SIGTERM', () => { console.log('told to end'); process.exit(0); });
    setInterval(() => {}, 1000);
    console.log('ready');`);
  const launcher = join(checkout, 'scripts/bootstrap.mjs');
  // Two commands: else some shells become the second.
  const shell = spawn('sh', ['-c', `"${process.execPath}" "${launcher}" start; true`], {
    env: { ...process.env, npm_lifecycle_event: 'start' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  shell.stdout.setEncoding('utf8');
  const printed = on(shell.stdout, 'data', { close: ['end'] });
  let output = '';
  for await (const [text] of printed) {
    output += text;
    if (output.endsWith('ready\n')) shell.kill('SIGTERM');
  }
  expect(output).toBe('ready\ntold to end\n');
});

test('lets the entry point notice that the launcher was killed', async () => {
  writeEntry(`
    process.on('disconnect', () => { console.log('launcher gone'); process.exit(0); });
    setInterval(() => {}, 1000);
    console.log('ready');`);
  const run = launch(['start']);
  await run.untilPrinted('ready');
  run.child.kill('SIGKILL');
  await run.untilPrinted('launcher gone');
  await run.exitCode;
});

test('answers 128 + signal for an entry point that a signal ended', async () => {
  writeEntry(`process.kill(process.pid, 'SIGKILL');`);
  expect(await launch(['start']).exitCode).toBe(137);
});

test('installs when node_modules differ from the lock file, and says in one line what failed', async () => {
  writeFileSync(join(checkout, 'package-lock.json'), lock('2.0.0'));
  const run = launch(['start'], { PATH: '/nonexistent' });
  expect(await run.exitCode).toBe(1);
  expect(run.output()).toContain('voiceflow: npm is not on the PATH');
  expect(run.output()).not.toContain('    at ');
});

test('names the commands there are', async () => {
  const run = launch(['stat']);
  expect(await run.exitCode).toBe(1);
  expect(run.output()).toContain('one of start, test, bench');
});
