// The one door to every npm script: runs on a bare clone with Node 20 and no dependency, installs
// what the lock file names, and hands over to Node 24 from node_modules.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildWeb } from './build-web.mjs';
import { installDependencies } from './install-dependencies.mjs';
import { SetupError } from './setup-error.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const commands = {
  // It runs for as long as the server does, and needs room for little.
  start: {
    entry: 'apps/server/src/start.ts',
    needsWeb: true,
    nodeOptions: ['--max-semi-space-size=2'],
  },
  test: { entry: 'scripts/test.ts', needsWeb: true },
  bench: { entry: 'bench/run.ts', needsWeb: true },
  verify: { entry: 'scripts/verify.ts' },
  'check:deploy': { entry: 'scripts/check-deploy.ts' },
  'check:migrations': { entry: 'apps/server/src/commands/check-migrations.ts' },
  dashboards: { entry: 'scripts/dashboards.ts' },
  'db:backup': { entry: 'apps/server/src/commands/backup.ts' },
  'db:import': { entry: 'apps/server/src/commands/db-import.ts' },
  'db:restore': { entry: 'apps/server/src/commands/restore.ts' },
  'docs:errors': { entry: 'apps/server/src/commands/docs-errors.ts' },
  'docs:roles': { entry: 'apps/server/src/commands/docs-roles.ts' },
  'docs:settings': { entry: 'apps/server/src/commands/docs-settings.ts' },
  'owner:create': { entry: 'apps/server/src/commands/owner-create.ts' },
  'key:create': { entry: 'apps/server/src/commands/key-create.ts' },
};

/**
 * npm runs us in a shell and forwards a SIGTERM to that shell alone, which dies of it without telling
 * us: then the parent is another one.
 */
const parentInNpm = process.env.npm_lifecycle_event ? process.ppid : undefined;
const parentCheckMs = 500;

/** A terminal's Ctrl-C reaches us twice: from the terminal and from npm, which forwards its own. */
const samePressMs = 500;

/**
 * Runs Node 24 on a command and answers its exit code. The child leads its own process group, so that
 * it gets each signal once and from here alone; when this process is killed it sees its IPC channel
 * close.
 */
function runEntry(node, { entry, nodeOptions = [] }, args) {
  const child = spawn(node, [...nodeOptions, join(root, entry), ...args], {
    cwd: root,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    detached: true,
    env: {
      ...process.env,
      PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH ?? ''}`,
    },
  });
  const lastForwardedAt = new Map();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      const now = Date.now();
      if (now - (lastForwardedAt.get(signal) ?? 0) < samePressMs) return;
      lastForwardedAt.set(signal, now);
      child.kill(signal);
    });
  }
  const parentCheck = setInterval(() => {
    if (parentInNpm === undefined || process.ppid === parentInNpm) return;
    clearInterval(parentCheck);
    child.kill('SIGTERM');
  }, parentCheckMs);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      clearInterval(parentCheck);
      resolve(code ?? 128 + constants.signals[signal]);
    });
  });
}

async function main() {
  const [name, ...args] = process.argv.slice(2);
  const command = commands[name];
  if (!command) {
    throw new SetupError(
      `Unknown command "${name ?? ''}": one of ${Object.keys(commands).join(', ')}.`,
    );
  }
  const node = await installDependencies(root);
  if (command.needsWeb) await buildWeb(root, node);
  return runEntry(node, command, args);
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    console.error(error instanceof SetupError ? `voiceflow: ${error.message}` : error);
    process.exitCode = 1;
  },
);
