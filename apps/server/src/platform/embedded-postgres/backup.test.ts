import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backUpCluster } from './backup.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts';
import { restoreCluster } from './restore.ts';

const home = await mkdtemp(join(tmpdir(), 'voiceflow-backup-'));
const clusterDir = join(home, 'postgres');
const start = () => startEmbeddedPostgres({ clusterDir, logFile: join(home, 'postgres.log') });
let server: EmbeddedPostgres;

beforeAll(async () => {
  server = await start();
});
afterAll(async () => {
  await server?.stop();
  await rm(home, { recursive: true });
});

async function withClient<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: server.url });
  client.on('error', () => {});
  await client.connect();
  return work(client).finally(() => client.end());
}

async function backUp(name: string): Promise<string> {
  const directory = join(home, name);
  await backUpCluster({ url: server.url, dataDir: server.dataDir, directory });
  return directory;
}

describe('a backup', () => {
  it('brings a destroyed database back as it was', async () => {
    await withClient((client) =>
      client.query('CREATE TABLE kept AS SELECT generate_series(1, 20000) AS n'),
    );
    const directory = await backUp('simple');
    await withClient((client) => client.query('DROP TABLE kept'));
    await server.stop();
    await rm(server.dataDir, { recursive: true });
    expect((await restoreCluster({ clusterDir, directory })).replaced).toBeNull();
    server = await start();
    const { rows } = await withClient((client) => client.query('SELECT sum(n)::int FROM kept'));
    expect(rows).toEqual([{ sum: 200_010_000 }]);
  });

  it('taken under write load holds every transaction that ended before it, and no half one', async () => {
    await withClient((client) =>
      client.query('CREATE TABLE pairs (n int, side text); CREATE INDEX ON pairs (n)'),
    );
    let written = 0;
    let writing = true;
    const writer = withClient(async (client) => {
      for (; writing; written += 1) {
        await client.query('BEGIN');
        await client.query(`INSERT INTO pairs SELECT $1, 'left' || repeat('x', 2000)`, [written]);
        await client.query(`INSERT INTO pairs VALUES ($1, 'right')`, [written]);
        // The WAL of the copy must survive checkpoints that happen meanwhile.
        if (written % 50 === 0) await client.query('COMMIT; SELECT pg_switch_wal(); CHECKPOINT');
        else await client.query('COMMIT');
      }
    });
    while (written < 200) await new Promise((resolve) => setTimeout(resolve, 10));
    const before = written;
    const directory = await backUp('under-load');
    const after = written;
    writing = false;
    await writer;
    expect(after).toBeGreaterThan(before);

    await server.stop();
    await rm(server.dataDir, { recursive: true });
    await restoreCluster({ clusterDir, directory });
    server = await start();
    const { rows } = await withClient((client) =>
      client.query(`
        SELECT count(DISTINCT n)::int AS pairs, count(*)::int AS rows, max(n) AS last FROM pairs
      `),
    );
    const [{ pairs, rows: sides, last }] = rows;
    expect(pairs).toBeGreaterThanOrEqual(before);
    expect({ sides, last }).toEqual({ sides: pairs * 2, last: pairs - 1 });
  });

  it('keeps the database that it replaces', async () => {
    const directory = await backUp('replacing');
    await server.stop();
    const { replaced } = await restoreCluster({ clusterDir, directory });
    expect(await readdir(replaced ?? '')).toContain('PG_VERSION');
    server = await start();
  });

  it('that was cut off, damaged or tampered with is refused and nothing is touched', async () => {
    const directory = await backUp('flawed');
    await server.stop();
    const manifest = await readFile(join(directory, 'manifest.json'), 'utf8');
    const restore = () => restoreCluster({ clusterDir, directory });

    await writeFile(join(directory, 'manifest.json'), manifest.replace('PG_VERSION', '../passwd'));
    await expect(restore()).rejects.toThrow('does not match its checksum');
    await rm(join(directory, 'manifest.json'));
    await expect(restore()).rejects.toThrow('holds no complete backup');
    await writeFile(join(directory, 'manifest.json'), manifest);
    const control = await readFile(join(directory, 'data/global/pg_control'));
    control.writeUInt8(control.readUInt8(100) ^ 1, 100);
    await writeFile(join(directory, 'data/global/pg_control'), control);
    await expect(restore()).rejects.toThrow('global/pg_control of the backup is damaged');
    await rm(join(directory, 'data/global/pg_control'));
    await expect(restore()).rejects.toThrow('global/pg_control of the backup cannot be read');

    server = await start();
    expect((await readdir(clusterDir)).filter((name) => name.startsWith('data.new-'))).toEqual([]);
  });

  it('goes to a new or empty folder only, and leaves none when it fails', async () => {
    await expect(backUp('simple')).rejects.toThrow('is not empty');
    const nowhere = { url: server.url.replace(/:\d+\//, ':1/'), dataDir: server.dataDir };
    await expect(backUpCluster({ ...nowhere, directory: join(home, 'failed') })).rejects.toThrow(
      'ECONNREFUSED',
    );
    expect((await readdir(home)).filter((name) => name.includes('failed'))).toEqual([]);
  });
});

describe('a restore that was cut off between its renames', () => {
  it('is not taken for a first start', async () => {
    const directory = await backUp('cut-off');
    await server.stop();
    const { replaced } = await restoreCluster({ clusterDir, directory });
    await rm(server.dataDir, { recursive: true });
    await expect(start()).rejects.toThrow(`a restore was cut off: run it again, or rename`);
    expect(replaced).not.toBeNull();
    await restoreCluster({ clusterDir, directory });
    server = await start();
  });
});
