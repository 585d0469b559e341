import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError } from './setup-error.mjs';

const oldestNodeMajor = 20;

function readLock(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/**
 * Whether node_modules holds what package-lock.json names, by npm's own record of what it installed.
 * Optional packages may be missing: they are for other platforms.
 */
function isInstalled(root) {
  const wanted = readLock(join(root, 'package-lock.json'));
  const installed = readLock(join(root, 'node_modules', '.package-lock.json'));
  if (!wanted || !installed) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '' || entry.link) return true;
    const found = installed[path];
    if (!found) return Boolean(entry.optional || entry.devOptional);
    return found.version === entry.version;
  });
}

function explainFailure(output) {
  const offline = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|network/;
  if (offline.test(output)) {
    return 'npm could not reach its registry: check the network or proxy, then run the same command again.';
  }
  if (output.includes('ENOSPC'))
    return 'The disk is full: free some space and run the same command again.';
  if (/EACCES|EPERM/.test(output)) {
    return 'npm may not write to node_modules: make this folder yours and run the same command again.';
  }
  const lines = output.trim().split('\n').slice(0, 15).join('\n');
  return `npm install failed:\n${lines}`;
}

/** One line that counts the seconds on a terminal, and only the first and last line elsewhere. */
function showProgress(label) {
  const startedAt = Date.now();
  const seconds = () => `${Math.round((Date.now() - startedAt) / 1000)} s`;
  if (!process.stdout.isTTY) {
    console.log(`${label} …`);
    return { done: () => console.log(`${label}: done in ${seconds()}`), failed: () => {} };
  }
  const draw = () => process.stdout.write(`\r${label} … ${seconds()} `);
  draw();
  const timer = setInterval(draw, 1000);
  return {
    done() {
      clearInterval(timer);
      process.stdout.write(`\r${label}: done in ${seconds()}   \n`);
    },
    failed() {
      clearInterval(timer);
      process.stdout.write('\n');
    },
  };
}

function runNpmInstall(root) {
  // Not `npm ci`: it refuses a lock file that lacks another platform's optional packages, which is
  // what npm writes where the registry at hand does not serve them. Locked versions hold all the same.
  const child = spawn(
    'npm',
    ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=warn'],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      // onnxruntime-node would download CUDA libraries that the CPU engine never loads.
      env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' },
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output = (output + text).slice(-100_000);
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', () =>
      reject(new SetupError('npm is not on the PATH: install it beside Node.js.')),
    );
    child.once('close', (code) => resolve({ code, output }));
  });
}

function findNode24(root) {
  const bundled = join(root, 'node_modules', 'node', 'bin', 'node');
  if (existsSync(bundled)) return bundled;
  if (Number.parseInt(process.versions.node, 10) >= 24) return process.execPath;
  throw new SetupError(
    `No Node.js 24 came for ${process.platform}-${process.arch}: install Node.js 24 and run the same command with it.`,
  );
}

/**
 * Installs node_modules when it does not match package-lock.json, and answers the path
 * of Node 24. Errors: SetupError with what to do.
 */
export async function installDependencies(root) {
  if (Number.parseInt(process.versions.node, 10) < oldestNodeMajor) {
    throw new SetupError(
      `Node.js ${oldestNodeMajor} or newer is needed, this is ${process.version}.`,
    );
  }
  if (!isInstalled(root)) {
    const progress = showProgress('Installing dependencies');
    const { code, output } = await runNpmInstall(root);
    if (code !== 0) {
      progress.failed();
      throw new SetupError(explainFailure(output));
    }
    progress.done();
  }
  return findNode24(root);
}
