import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../tests/support/eventually.ts';

const entry = resolve(import.meta.dirname, '../../tests/stand-ins/start.ts');

interface Start {
  readonly child: ChildProcess;
  readonly url: string;
  output(): string;
}

function launch(home: string, settings: Record<string, string> = {}) {
  const child = spawn(process.execPath, [entry], {
    env: {
      PATH: process.env.PATH,
      VOICEFLOW_HOME: home,
      PORT: '0',
      METRICS_PORT: 'off',
      WORKERS: '1',
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes) => {
      output += String(bytes);
    });
  }
  const ended = once(child, 'close').then(([code]) => Number(code));
  return { child, ended, output: () => output };
}

/** Starts and waits for the announcement. */
async function start(home: string, settings: Record<string, string> = {}): Promise<Start> {
  const { child, ended, output } = launch(home, settings);
  let over = false;
  void ended.then(() => {
    over = true;
  });
  for (;;) {
    const url = /ready after .*: (http\S+)/.exec(output())?.[1];
    if (url) return { child, url, output };
    if (over) throw new Error(`did not start:\n${output()}`);
    await sleep(20);
  }
}

async function stop(server: Start): Promise<number | null> {
  server.child.kill('SIGTERM');
  if (server.child.exitCode === null) await once(server.child, 'close');
  return server.child.exitCode;
}

async function pidOf(
  home: string,
  name: 'api' | 'worker-1' | 'jobs' | 'postgres',
): Promise<number> {
  const file = name === 'postgres' ? 'postgres/data/postmaster.pid' : `run/${name}.pid`;
  return Number((await readFile(join(home, file), 'utf8')).split('\n')[0]);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  return eventually(async () => expect(await condition(), what).toBe(true));
}

/** A port at which somebody else listens. */
async function takePort() {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const address = taken.address();
  return { taken, port: typeof address === 'object' ? String(address?.port) : '' };
}

async function countTeams(url: string): Promise<number | undefined> {
  const response = await fetch(url).catch(() => undefined);
  return response?.ok ? Number(await response.text()) : undefined;
}

const homes: string[] = [];
async function newHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'voiceflow-start-'));
  homes.push(home);
  return home;
}
afterAll(() => Promise.all(homes.map((home) => rm(home, { recursive: true, force: true }))));

describe('a running server', () => {
  let home: string;
  let server: Start;
  beforeAll(async () => {
    home = await newHome();
    server = await start(home);
  });
  afterAll(() => server && stop(server));

  it('announces its address, a key that it keeps in a private file, and a line to paste', async () => {
    const key = (await readFile(join(home, 'first-key'), 'utf8')).trim();
    expect(key).toMatch(/^vf_live_\w{38}$/);
    expect((await stat(join(home, 'first-key'))).mode & 0o777).toBe(0o600);
    expect(server.output()).toContain(`First API key: ${key}`);
    expect(server.output()).toContain(`curl ${server.url}/v1/generate`);
    expect(await countTeams(server.url)).toBe(1);
  });

  it('keeps a second start off its folder, in one line', async () => {
    const second = launch(home);
    expect(await second.ended).toBe(1);
    expect(second.output()).toBe(
      `VoiceFlow already runs on ${home} (process ${server.child.pid}, ${server.url}). ` +
        'Stop it first, or set another VOICEFLOW_HOME.\n',
    );
  });

  it.each(['api', 'worker-1', 'jobs', 'postgres'] as const)(
    'brings a killed %s back',
    async (name) => {
      const before = await pidOf(home, name);
      process.kill(before, 'SIGKILL');
      await until('it has another process', async () => {
        const now = await pidOf(home, name).catch(() => before);
        return now !== before && isAlive(now);
      });
      await until('the API answers', async () => (await countTeams(server.url)) === 1);
    },
  );

  it('leaves nothing behind when it is told to stop', async () => {
    const pids = await Promise.all([pidOf(home, 'api'), pidOf(home, 'worker-1')]);
    const postgres = await pidOf(home, 'postgres');
    expect(await stop(server)).toBe(0);
    expect([...pids, postgres].filter(isAlive)).toEqual([]);
    server = await start(home);
    expect(server.output()).not.toContain('First API key');
    expect(server.output()).toContain(`$(cat '${join(home, 'first-key')}')`);
  });
});

it('lets streams go on while it stops, with all that they need, until it is told once more', async () => {
  const home = await newHome();
  const server = await start(home, { DRAIN_SECONDS: '600', STAND_IN_STREAMS: '1' });
  const pids = await Promise.all(
    (['api', 'worker-1', 'postgres'] as const).map((name) => pidOf(home, name)),
  );
  server.child.kill('SIGINT');
  await until('it says so', () => server.output().includes('Stopping …'));
  expect(pids.every(isAlive)).toBe(true);
  server.child.kill('SIGINT');
  await once(server.child, 'close');
  expect(server.child.exitCode).toBe(0);
  expect(pids.filter(isAlive)).toEqual([]);
});

describe('a start after a kill -9', () => {
  let home: string;
  let server: Start;
  beforeAll(async () => {
    home = await newHome();
    server = await start(home);
  });
  afterAll(() => stop(server));

  it('of the supervisor alone: everything else ends by itself', async () => {
    const pids = await Promise.all(
      (['api', 'worker-1', 'postgres'] as const).map((name) => pidOf(home, name)),
    );
    server.child.kill('SIGKILL');
    await until('all have ended', () => !pids.some(isAlive));
    server = await start(home);
    expect(await countTeams(server.url)).toBe(1);
  });

  it('of the supervisor, when a child hangs and the database lives on', async () => {
    const hanging = await pidOf(home, 'api');
    process.kill(hanging, 'SIGSTOP');
    server.child.kill('SIGKILL');
    server = await start(home);
    expect(isAlive(hanging)).toBe(false);
    expect(await countTeams(server.url)).toBe(1);
  });

  it('of the whole tree', async () => {
    const pids = await Promise.all(
      (['api', 'worker-1', 'postgres'] as const).map((name) => pidOf(home, name)),
    );
    for (const pid of [...pids, server.child.pid ?? 0]) process.kill(pid, 'SIGKILL');
    server = await start(home);
    expect(await countTeams(server.url)).toBe(1);
  });

  it('is not held up by a pid file that names a stranger', async () => {
    await stop(server);
    const stranger = spawn('sleep', ['300'], { uid: (await stat(join(home, 'postgres'))).uid });
    const lines = [
      stranger.pid,
      join(home, 'postgres/data'),
      1,
      5432,
      '',
      '127.0.0.1',
      '',
      'ready',
    ];
    await writeFile(join(home, 'postgres/data/postmaster.pid'), `${lines.join('\n')}\n`);
    server = await start(home);
    expect(stranger.exitCode).toBeNull();
    stranger.kill();
  });
});

describe('a first start', () => {
  it('begins anew where an earlier one was cut off while making the database', async () => {
    const home = await newHome();
    const cut = launch(home);
    await until('initdb is at work', async () => {
      const made = await readdir(join(home, 'postgres')).catch(() => []);
      return made.some((name) => name.startsWith('data.new-'));
    });
    cut.child.kill('SIGKILL');
    const server = await start(home);
    expect(await countTeams(server.url)).toBe(1);
    await stop(server);
  });

  it('writes the first key where it is told, and again when it was lost', async () => {
    const home = await newHome();
    const keyFile = join(home, 'keys/ci');
    const read = () => readFile(keyFile, 'utf8');
    await stop(await start(home, { VOICEFLOW_BOOTSTRAP_KEY_FILE: keyFile }));
    const first = await read();
    await stop(await start(home, { VOICEFLOW_BOOTSTRAP_KEY_FILE: keyFile }));
    expect(await read()).toBe(first);
    await rm(keyFile);
    await stop(await start(home, { VOICEFLOW_BOOTSTRAP_KEY_FILE: keyFile }));
    expect(await read()).toMatch(/^vf_live_\w{38}\n$/);
    expect(await read()).not.toBe(first);
    expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
  });

  it('gives up on a part that keeps dying, and shows its last words', async () => {
    const home = await newHome();
    const failing = launch(home, { STAND_IN_CRASHES: '1' });
    expect(await failing.ended).toBe(1);
    expect(failing.output()).toContain('VoiceFlow did not start: api does not start');
    expect(failing.output()).toContain('the stand-in crashes as it was told to');
  });

  it('names a port that is taken', async () => {
    const home = await newHome();
    await mkdir(home, { recursive: true });
    const { taken, port } = await takePort();
    const refused = launch(home, { PORT: port });
    expect(await refused.ended).toBe(1);
    expect(refused.output()).toMatch(new RegExp(`Cannot listen on 127.0.0.1:${port}.*Set PORT`));
    taken.close();
  });

  it('runs without its metrics while their port is taken, and says so', async () => {
    const { taken, port } = await takePort();
    const server = await start(await newHome(), { METRICS_PORT: port });
    await until('it is said', () => server.output().includes('metrics:'));
    expect(server.output()).toMatch(
      new RegExp(`metrics: .*EADDRINUSE.*127.0.0.1:${port}; they are served as soon as it is free`),
    );
    expect(await countTeams(server.url)).toBe(1);
    taken.close();
    await stop(server);
  });

  it('names a setting that cannot be used', async () => {
    const refused = launch(await newHome(), { WORKERS: 'many' });
    expect(await refused.ended).toBe(78);
    expect(refused.output()).toBe(
      'Settings:\n  WORKERS must be a whole number from 1 to 256, not "many"\n',
    );
  });
});
