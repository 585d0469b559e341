import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const web = join(import.meta.dirname, '..');
const vite = join(web, '../../node_modules/vite/bin/vite.js');

/** Builds apps/web/dist as it ships; the test runner's own NODE_ENV would make a development build. */
export async function buildWebApp(): Promise<void> {
  const env = { ...process.env, NODE_ENV: 'production' };
  await promisify(execFile)(process.execPath, [vite, 'build', '--logLevel', 'error'], {
    cwd: web,
    env,
  });
}
