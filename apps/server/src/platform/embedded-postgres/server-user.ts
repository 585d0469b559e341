import { execFile } from 'node:child_process';
import { chown, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const systemUserName = 'postgres';

/** The account that PostgreSQL runs as when we are root, which it refuses to be. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly uid?: number;
  readonly gid?: number;
}

/** Null when this process is not root; else the system's `postgres` account, made when missing. */
export async function findServerUser(): Promise<ServerUser | null> {
  if (process.getuid?.() !== 0) return null;
  const known = await lookUpUser(systemUserName);
  if (known) return known;
  await run('useradd', [
    '--system',
    '--user-group',
    '--no-create-home',
    '--shell',
    '/usr/sbin/nologin',
    systemUserName,
  ]).catch((cause: unknown) => {
    throw new Error(
      `PostgreSQL does not run as root, and a user "${systemUserName}" could not be made. ` +
        'Start VoiceFlow as a normal user, or set DATABASE_URL.',
      { cause },
    );
  });
  const made = await lookUpUser(systemUserName);
  if (!made) throw new Error(`useradd made no user "${systemUserName}"`);
  return made;
}

async function lookUpUser(name: string): Promise<ServerUser | undefined> {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n');
  const [, , uid, gid] = lines.find((line) => line.startsWith(`${name}:`))?.split(':') ?? [];
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : undefined;
}

export async function giveTo(user: ServerUser | null, path: string): Promise<void> {
  if (user) await chown(path, user.uid, user.gid);
}

/**
 * How to run `command` as `user`. Where root keeps its files in a place that nobody else may enter
 * (a clone under /root), the account is given the one capability to pass through.
 */
export async function launchAs(
  user: ServerUser | null,
  command: string,
  args: readonly string[],
  dataDir: string,
): Promise<Launch> {
  if (!user) return { command, args };
  const open = (await canReach(user, command)) && (await canReach(user, dirname(dataDir)));
  if (open) return { command, args, ...user };
  const wrapped = [
    `--reuid=${user.uid}`,
    `--regid=${user.gid}`,
    '--clear-groups',
    // Else access(2), by which PostgreSQL looks for its own programs, leaves the capability aside.
    '--securebits=+no_setuid_fixup',
    '--inh-caps=+dac_override',
    '--ambient-caps=+dac_override',
    '--',
    command,
    ...args,
  ];
  return { command: 'setpriv', args: wrapped };
}

/** Whether every folder above `path`, and `path` itself, can be entered or run by `user`. */
async function canReach(user: ServerUser, path: string): Promise<boolean> {
  const { mode, uid, gid } = await stat(path);
  const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
  if ((mode & bit) === 0) return false;
  const parent = dirname(path);
  return parent === path || canReach(user, parent);
}
