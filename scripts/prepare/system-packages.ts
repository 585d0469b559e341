import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { SetupError } from '../setup-error.mjs';

interface SystemPackage {
  /** What people call it */
  name: string;
  debianPackage: string;
  isPresent: () => boolean;
}

function isOnPath(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

export const chromium: SystemPackage = {
  name: 'Chromium (the browser journeys)',
  debianPackage: 'chromium',
  isPresent: () => isOnPath('chromium'),
};

export const curl: SystemPackage = {
  name: 'curl (the lines that the documentation and the playground show)',
  debianPackage: 'curl',
  isPresent: () => isOnPath('curl'),
};

export const redis: SystemPackage = {
  name: 'Redis 7 (limits and caches that processes share)',
  debianPackage: 'redis-server',
  isPresent: () => isOnPath('redis-server'),
};

export const prometheus: SystemPackage = {
  name: 'Prometheus with promtool (metrics, alerts and dashboards)',
  debianPackage: 'prometheus',
  isPresent: () => isOnPath('prometheus') && isOnPath('promtool'),
};

export const pythonVenv: SystemPackage = {
  name: 'Python 3.9 or newer with its venv module (speech recognition, API fuzzing)',
  debianPackage: 'python3-venv',
  isPresent: () =>
    spawnSync('python3', ['-c', 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 9))'])
      .status === 0,
};

/**
 * Installs what is missing with apt where this is root on Debian or a child of it; elsewhere throws
 * one SetupError that names everything that is missing.
 */
export function requireSystemPackages(packages: readonly SystemPackage[]): void {
  const missing = packages.filter((wanted) => !wanted.isPresent());
  if (missing.length === 0) return;
  const names = missing.map(({ debianPackage }) => debianPackage);
  if (process.getuid?.() === 0 && existsSync('/etc/debian_version')) {
    console.log(`Installing ${names.join(', ')} with apt-get …`);
    const aptGet = (...args: string[]) =>
      spawnSync('apt-get', ['-q', '-y', ...args], {
        encoding: 'utf8',
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      });
    aptGet('update');
    const run = aptGet('install', '--no-install-recommends', ...names);
    if (run.status === 0 && packages.every((wanted) => wanted.isPresent())) return;
    throw new SetupError(`apt-get could not install ${names.join(', ')}:\n${run.stderr}`);
  }
  throw new SetupError(
    `Missing: ${missing.map(({ name }) => name).join('; ')}. Install ${names.join(' and ')} (on Debian: sudo apt-get install ${names.join(' ')}), then run the same command again.`,
  );
}
