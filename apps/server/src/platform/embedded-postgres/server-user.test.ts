import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { findServerUser, launchAs } from './server-user.ts';

async function outputOf(directory: string): Promise<string> {
  const program = join(directory, 'program');
  const probe = `require('fs').accessSync('${program}', 1); console.log(process.getuid())`;
  await writeFile(program, `#!/bin/sh\nexec '${process.execPath}' -e "${probe}" 2>&1\n`);
  await chmod(program, 0o700);
  const launch = await launchAs(await findServerUser(), program, [], join(directory, 'data'));
  const child = spawn(launch.command, launch.args, { uid: launch.uid, gid: launch.gid, cwd: '/' });
  return text(child.stdout);
}

describe('a program that is started for PostgreSQL', () => {
  it('never runs as root, and reaches a folder that only its starter may enter', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'voiceflow-private-'));
    const uid = (await findServerUser())?.uid ?? process.getuid?.();
    expect(uid).toBeGreaterThan(0);
    expect(await outputOf(directory)).toBe(`${uid}\n`);
    await rm(directory, { recursive: true });
  });
});
