import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { SetupError } from './setup-error.mjs';

const notSources = new Set(['dist', 'node_modules']);

function hashSources(root) {
  const hash = createHash('sha256');
  const visit = (folder) => {
    const entries = readdirSync(folder, { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (notSources.has(entry.name)) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) visit(path);
      else if (!entry.name.includes('.test.'))
        hash.update(relative(root, path)).update(readFileSync(path));
    }
  };
  visit(join(root, 'apps', 'web'));
  return hash.update(readFileSync(join(root, 'package-lock.json'))).digest('hex');
}

/** Builds apps/web into apps/web/dist, unless the build there is of these very sources. */
export async function buildWeb(root, node) {
  const web = join(root, 'apps', 'web');
  const stamp = join(web, 'dist', '.sources');
  if (!existsSync(join(web, 'index.html'))) return;
  const sources = hashSources(root);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === sources) return;
  console.log('Building the web app …');
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const build = spawnSync(node, [vite, 'build', '--logLevel', 'warn'], {
    cwd: web,
    // A test runner's own NODE_ENV would make a development build.
    env: { ...process.env, NODE_ENV: 'production' },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (build.status !== 0) {
    throw new SetupError(`The web app did not build:\n${build.stdout}${build.stderr}`);
  }
  mkdirSync(join(web, 'dist'), { recursive: true });
  writeFileSync(stamp, sources);
}
