import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DatabaseHandle, openDatabase } from '../../src/platform/database/database.ts';
import { migrateToLatest } from '../../src/platform/database/migrator.ts';
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../src/platform/embedded-postgres/index.ts';
import { silentLog } from '../../src/platform/log.ts';
import type { TestDatabase } from './test-database.ts';

/** A PostgreSQL that a test has for itself, so that it may stop it. */
export class OwnPostgres implements TestDatabase {
  readonly db: DatabaseHandle;
  readonly url: string;
  readonly #dir: string;
  readonly #port: number;
  #server: EmbeddedPostgres;

  private constructor(dir: string, server: EmbeddedPostgres) {
    this.#dir = dir;
    this.#server = server;
    this.#port = server.port;
    this.url = server.url;
    this.db = openDatabase({ url: server.url, log: silentLog, poolSize: 10 });
  }

  static async start(): Promise<OwnPostgres> {
    const dir = await mkdtemp(join(tmpdir(), 'voiceflow-postgres-'));
    const postgres = new OwnPostgres(dir, await launch(dir));
    await migrateToLatest(postgres.db);
    return postgres;
  }

  /** A fast shutdown, as a service manager's: sessions are ended, whatever they are doing. */
  async stop(): Promise<void> {
    await this.#server.stop();
  }

  /** Starts it again at the same address. */
  async startAgain(): Promise<void> {
    this.#server = await launch(this.#dir, this.#port);
    if (this.#server.port !== this.#port) throw new Error('its port was taken meanwhile');
  }

  async close(): Promise<void> {
    await this.db.destroy();
    await this.stop();
    await rm(this.#dir, { recursive: true, force: true });
  }
}

function launch(dir: string, port?: number): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({
    clusterDir: join(dir, 'postgres'),
    logFile: join(dir, 'postgres.log'),
    port,
    settings: ['fsync=off', 'full_page_writes=off'],
  });
}
