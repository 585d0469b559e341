import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { findServerUser, launchAs } from './server-user.ts';

const isRoot = process.getuid?.() === 0;

async function outputOf(directory: string): Promise<string> {
  const program = join(directory, 'program');
  const probe = `require('fs').accessSync('${program}', 1); console.log(process.getuid())`;
  await writeFile(program, `#!/bin/sh\nexec '${process.execPath}' -e "${probe}" 2>&1\n`);
  await chmod(program, 0o700);
  const launch = await launchAs(await findServerUser(), program, [], join(directory, 'data'));
  const child = spawn(launch.command, launch.args, { uid: launch.uid, gid: launch.gid, cwd: '/' });
  return text(child.stdout);
}

describe.skipIf(!isRoot)('a program that root starts for PostgreSQL', () => {
  it('runs as another user, who reaches a folder that only root may enter', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'voiceflow-private-'));
    const user = await findServerUser();
    expect(user?.uid).toBeGreaterThan(0);
    expect(await outputOf(directory)).toBe(`${user?.uid}\n`);
    await rm(directory, { recursive: true });
  });
});

describe.skipIf(isRoot)('a program that a normal user starts for PostgreSQL', () => {
  it('runs as that user', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'voiceflow-private-'));
    expect(await outputOf(directory)).toBe(`${process.getuid?.()}\n`);
    await rm(directory, { recursive: true });
  });
});
