import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { sql } from 'kysely';
import { Roles } from './roles.ts';
import { quickSoundOf } from './stand-ins/quick-speech.ts';
import { OwnPostgres } from './support/own-postgres.ts';
import { RedisServer } from './support/redis-server.ts';
import { TcpProxy } from './support/tcp-proxy.ts';

export interface Api {
  readonly process: ChildProcess;
  readonly url: string;
}

/** Several API processes and workers on one Redis and one PostgreSQL, each way a proxy. */
export class Deployment {
  readonly roles: Roles;
  readonly postgres: OwnPostgres;
  readonly redis: RedisServer;
  readonly wayToRedis: TcpProxy;
  readonly wayToDatabase: TcpProxy;
  /** What a balancer has in its rotation. */
  readonly apis: Api[] = [];
  readonly workers: ChildProcess[] = [];
  #homes = 0;

  private constructor(parts: {
    roles: Roles;
    postgres: OwnPostgres;
    redis: RedisServer;
    wayToRedis: TcpProxy;
    wayToDatabase: TcpProxy;
  }) {
    this.roles = parts.roles;
    this.postgres = parts.postgres;
    this.redis = parts.redis;
    this.wayToRedis = parts.wayToRedis;
    this.wayToDatabase = parts.wayToDatabase;
  }

  static async start({
    apis,
    workers,
    voice,
  }: {
    apis: number;
    workers: number;
    /** `quick`: workers that run no model. */
    voice: 'quick' | 'real';
  }): Promise<Deployment> {
    const redis = await RedisServer.start();
    const wayToRedis = await TcpProxy.start(redis.url);
    const postgres = await OwnPostgres.start();
    const wayToDatabase = await TcpProxy.start(postgres.url);
    const settings = {
      QUEUE: 'redis',
      REDIS_URL: wayToRedis.url,
      VOICEFLOW_SECRET: 'the same for every process of this deployment',
      // Warnings of lost connections are what the tests are about.
      LOG_LEVEL: 'error',
    };
    const roles = await Roles.prepare(settings, postgres);
    const deployment = new Deployment({ roles, postgres, redis, wayToRedis, wayToDatabase });
    for (let n = 0; n < workers; n += 1) {
      if (voice === 'quick') deployment.startWorker();
      else roles.startWorker();
    }
    await Promise.all(Array.from({ length: apis }, () => deployment.startApi()));
    return deployment;
  }

  /** Resolves once it is ready, and in the rotation. */
  async startApi(): Promise<Api> {
    this.#homes += 1;
    const home = join(this.roles.home, `api-${this.#homes}`);
    await mkdir(home);
    const settings = { VOICEFLOW_HOME: home, DATABASE_URL: this.wayToDatabase.url };
    const api = await this.roles.startAnotherApi(settings);
    await this.roles.ready(api.url);
    this.apis.push(api);
    return api;
  }

  startWorker(): ChildProcess {
    const worker = this.roles.startQuickWorker();
    this.workers.push(worker);
    return worker;
  }

  /** As a rolling restart does: out of the rotation first, then told to stop. */
  async restartApi(api: Api): Promise<void> {
    this.apis.splice(this.apis.indexOf(api), 1);
    // As a balancer waits: who chose it just before was heard once this is answered.
    await (await fetch(`${api.url}/health/live`)).arrayBuffer();
    await stop(api.process);
    await this.startApi();
  }

  async restartWorker(worker: ChildProcess): Promise<void> {
    this.workers.splice(this.workers.indexOf(worker), 1);
    await stop(worker);
    await once(this.startWorker(), 'message');
  }

  async stop(): Promise<void> {
    await this.roles.stop();
    this.wayToRedis.close();
    this.wayToDatabase.close();
    await this.redis.stop();
  }
}

async function stop(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}

interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

/** Callers who ask for one speech after the other, as through a balancer, until told to stop. */
export class Load {
  /** Speech that came, by the id of its request. */
  readonly answered = new Map<string, string>();
  /** Other answers, and connections that broke. */
  readonly failures: string[] = [];
  readonly #deployment: Deployment;
  readonly #callers: Promise<void>[];
  #stopping = false;
  #turn = 0;

  constructor(deployment: Deployment, callers: number) {
    this.#deployment = deployment;
    this.#callers = Array.from({ length: callers }, () => this.#askAgainAndAgain());
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#callers);
  }

  /** Resolves when so many more speeches have come. */
  async more(speeches: number): Promise<void> {
    const enough = this.answered.size + speeches;
    while (this.answered.size < enough && !this.#stopping) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async #askAgainAndAgain(): Promise<void> {
    while (!this.#stopping) {
      const id = randomUUID();
      const text = `Request ${id} is for nobody else.`;
      // Whoever was cut off or refused sends the same again.
      while (!(await this.#ask(id, text)));
    }
  }

  async #ask(id: string, text: string): Promise<boolean> {
    const { apis, roles } = this.#deployment;
    this.#turn += 1;
    const api = apis[this.#turn % apis.length];
    if (!api) throw new Error('no api is in the rotation');
    const headers = {
      authorization: `Bearer ${roles.key}`,
      'content-type': 'application/json',
      'idempotency-key': id,
      'x-request-id': id,
    };
    try {
      const { status, body } = await post(`${api.url}/v1/generate`, headers, { text });
      if (status === 200) {
        if (!body.equals(quickSoundOf(text))) throw new Error(`${id} got another sound`);
        this.answered.set(id, text);
        return true;
      }
      this.failures.push(`${status} ${body}`);
    } catch (error) {
      this.failures.push(String(error));
    }
    return false;
  }
}

/** Over a connection of its own, so that none is in use that is just being closed. */
async function post(url: string, headers: Record<string, string>, json: object): Promise<Answer> {
  const sent = request(url, { method: 'POST', headers, agent: false });
  sent.end(JSON.stringify(json));
  const [response] = await once(sent, 'response');
  return { status: response.statusCode, body: await buffer(response) };
}

interface BookedRequest {
  readonly requestId: string;
  readonly completed: number;
  readonly counted: number;
}

/** What is on the books of each request, by its id. */
export async function readRequests({ database, tenant }: Roles): Promise<BookedRequest[]> {
  const { rows } = await sql<BookedRequest>`
    SELECT g.request_id AS "requestId",
      count(*) FILTER (WHERE g.status = 'completed')::int AS completed,
      sum(u.characters)::int AS counted
    FROM generations g JOIN usage_events u ON u.generation_id = g.id
    WHERE g.team_id = ${tenant.teamId} GROUP BY g.request_id
  `.execute(database.db);
  return rows;
}
