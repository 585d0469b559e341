import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import { z } from 'zod';
import { findFreePort } from '../../src/platform/free-port.ts';

const samplesSchema = z.object({
  status: z.literal('success'),
  data: z.object({ result: z.array(z.object({ metric: z.record(z.string(), z.string()) })) }),
});
const namesSchema = z.object({ data: z.array(z.string()) });
const rulesSchema = z.object({
  data: z.object({
    groups: z.array(
      z.object({
        rules: z.array(
          z.object({
            name: z.string(),
            query: z.string(),
            health: z.string(),
            state: z.string(),
            lastError: z.string().optional(),
          }),
        ),
      }),
    ),
  }),
});

/** A real Prometheus of the test's own that reads targets every second. */
export class PrometheusServer {
  readonly #url: string;
  readonly #dir: string;
  readonly #child: ChildProcess;

  private constructor(url: string, dir: string, child: ChildProcess) {
    this.#url = url;
    this.#dir = dir;
    this.#child = child;
  }

  static async start(options: { targets: string[]; ruleFiles: string[] }) {
    const dir = await mkdtemp(join(tmpdir(), 'vf-prometheus-'));
    const address = `127.0.0.1:${await findFreePort()}`;
    const config = join(dir, 'prometheus.yml');
    await writeFile(
      config,
      stringify({
        global: { scrape_interval: '1s', evaluation_interval: '1s' },
        rule_files: options.ruleFiles,
        scrape_configs: [{ job_name: 'voiceflow', static_configs: [{ targets: options.targets }] }],
      }),
    );
    const child = spawn(
      'prometheus',
      [
        `--config.file=${config}`,
        `--storage.tsdb.path=${join(dir, 'data')}`,
        `--web.listen-address=${address}`,
        '--log.level=error',
      ],
      { stdio: ['ignore', 'inherit', 'inherit'] },
    );
    const server = new PrometheusServer(`http://${address}`, dir, child);
    const ended = once(child, 'exit').then(() => {
      throw new Error('prometheus ended instead of listening');
    });
    await Promise.race([server.#ready(), ended]);
    ended.catch(() => {});
    return server;
  }

  /** The labels of each series that a query answers with. @throws when the query is none */
  async query(expr: string): Promise<Record<string, string>[]> {
    const answer = await this.#get(`/api/v1/query?query=${encodeURIComponent(expr)}`);
    return samplesSchema.parse(answer).data.result.map(({ metric }) => metric);
  }

  async metricNames(): Promise<string[]> {
    return namesSchema.parse(await this.#get('/api/v1/label/__name__/values')).data;
  }

  async rules() {
    const { groups } = rulesSchema.parse(await this.#get('/api/v1/rules')).data;
    return groups.flatMap(({ rules }) => rules);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null) {
      const exited = once(this.#child, 'exit');
      this.#child.kill('SIGKILL');
      await exited;
    }
    await rm(this.#dir, { recursive: true, force: true });
  }

  async #get(path: string): Promise<unknown> {
    return (await fetch(`${this.#url}${path}`)).json();
  }

  async #ready(): Promise<void> {
    for (;;) {
      const response = await fetch(`${this.#url}/-/ready`).catch(() => undefined);
      if (response?.ok) return;
      await sleep(50);
    }
  }
}
