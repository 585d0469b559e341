import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { findFreePort } from '../src/platform/free-port.ts';
import { freshText } from './fresh-text.ts';
import { type RunningServer, startServer } from './running-server.ts';
import { eventually } from './support/eventually.ts';
import { PrometheusServer } from './support/prometheus-server.ts';
import { RedisServer } from './support/redis-server.ts';
import { scrape } from './support/scrape.ts';

const deploy = resolve(import.meta.dirname, '../../../deploy');
const alerts = join(deploy, 'prometheus/alerts.yml');

const dashboardSchema = z.object({
  panels: z.array(
    z.object({
      title: z.string(),
      targets: z.array(z.object({ expr: z.string() })).default([]),
    }),
  ),
});

let server: RunningServer;
let redis: RedisServer;
let prometheus: PrometheusServer;
let metricsUrl: string;
let driverDir: string;
/** Nobody listens there. */
let deadTarget: string;

beforeAll(async () => {
  driverDir = await mkdtemp(join(tmpdir(), 'vf-driver-'));
  await writeFile(join(driverDir, 'nvidia-smi'), "#!/bin/sh\necho '0, 50, 1000, 80000, 60'\n");
  await chmod(join(driverDir, 'nvidia-smi'), 0o755);
  redis = await RedisServer.start();
  const port = await findFreePort();
  metricsUrl = `http://127.0.0.1:${port}/metrics`;
  deadTarget = `127.0.0.1:${await findFreePort()}`;
  server = await startServer({
    METRICS_PORT: String(port),
    REDIS_URL: redis.url,
    WORKERS: '2',
    PATH: `${driverDir}${delimiter}${process.env.PATH}`,
  });
  prometheus = await PrometheusServer.start({
    targets: [`127.0.0.1:${port}`, deadTarget],
    ruleFiles: [alerts],
  });
});

afterAll(async () => {
  await prometheus?.stop();
  await server?.stop();
  await redis?.stop();
  await rm(driverDir, { recursive: true, force: true });
});

function promtool(args: string[], input = '') {
  const { status, stdout, stderr } = spawnSync('promtool', args, { input, encoding: 'utf8' });
  return { status, said: `${stdout}${stderr}` };
}

async function speak(path: string, text: string): Promise<number> {
  const response = await fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ text }),
  });
  await response.arrayBuffer();
  return response.status;
}

/** Some of all that is counted: made, from the cache, streamed, and refused by the worker. */
async function useServer(): Promise<void> {
  const text = freshText();
  expect(await speak('/v1/generate', text)).toBe(200);
  expect(await speak('/v1/generate', text)).toBe(200);
  expect(await speak('/v1/generate/stream', freshText())).toBe(200);
  expect(await speak('/v1/generate', '?!')).toBe(400);
  await fetch(`${server.url}/v1/voices`);
}

/** Names of metrics in a query. */
function metricsIn(expr: string): string[] {
  return expr.match(/\b(?:voiceflow|process|nodejs)_\w+|\bup\b/g) ?? [];
}

describe('what a running server tells', () => {
  it('is in the form and under the kind of names that Prometheus asks for', async () => {
    const text = await (await fetch(metricsUrl)).text();
    expect(promtool(['check', 'metrics'], text)).toEqual({ status: 0, said: '' });
  });

  it('is of all its processes, each by its name', async () => {
    await eventually(async () => {
      const told = await prometheus.query('process_resident_memory_bytes');
      expect(told.map(({ process }) => process).sort()).toEqual([
        'api',
        'jobs',
        'supervisor',
        'worker-1',
        'worker-2',
      ]);
    });
  });

  it('says that a process ended by itself, and which', async () => {
    const pid = await readFile(join(server.home, 'run/worker-2.pid'), 'utf8');
    process.kill(Number(pid.split('\n')[0]), 'SIGKILL');
    await eventually(async () => {
      const told = await scrape(metricsUrl);
      expect(told.get('voiceflow_process_restarts_total{process="worker-2"}')).toBe(1);
      expect(told.get('voiceflow_process_restarts_total{process="worker-1"}')).toBe(0);
      expect(told.get('voiceflow_workers_ready')).toBe(told.get('voiceflow_workers_wanted'));
    });
  });

  it('holds every metric of the dashboard and of the alerts, in queries that answer', async () => {
    const file = await readFile(join(deploy, 'grafana/voiceflow.json'), 'utf8');
    const { panels } = dashboardSchema.parse(JSON.parse(file));
    const dashboard = panels.flatMap(({ targets }) =>
      targets.map(({ expr }) => expr.replaceAll('$__rate_interval', '1m')),
    );
    expect(dashboard.length).toBeGreaterThan(30);
    const rules = (await prometheus.rules()).map(({ query }) => query);
    expect(rules.length).toBeGreaterThan(10);
    const wanted = new Set([...dashboard, ...rules].flatMap(metricsIn));
    await eventually(
      async () => {
        // Rates need counts that grow between two looks.
        await useServer();
        const known = new Set(await prometheus.metricNames());
        expect([...wanted].filter((name) => !known.has(name))).toEqual([]);
        const silent = [];
        for (const expr of dashboard) {
          if ((await prometheus.query(expr)).length === 0) silent.push(expr);
        }
        expect(silent).toEqual([]);
      },
      { everyMs: 1_000 },
    );
  });
});

describe('the alerts', () => {
  it('pass their unit tests', () => {
    const tested = promtool(['test', 'rules', join(deploy, 'prometheus/alerts.test.yml')]);
    expect(tested).toEqual({ status: 0, said: expect.stringContaining('SUCCESS') });
  });

  it('stand in a configuration that Prometheus takes', () => {
    const checked = promtool(['check', 'config', join(deploy, 'prometheus/prometheus.yml')]);
    expect(checked).toMatchObject({ status: 0 });
  });

  it('each have a unit test', async () => {
    const tests = await readFile(join(deploy, 'prometheus/alerts.test.yml'), 'utf8');
    const names = (await prometheus.rules()).map(({ name }) => name);
    expect(names.filter((name) => !tests.includes(`alertname="${name}"`))).toEqual([]);
  });

  it('are evaluated without an error, and see the target that is down', async () => {
    await eventually(async () => {
      const rules = await prometheus.rules();
      expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
      const answering = await prometheus.query(`up{instance="${deadTarget}"} == 1`);
      expect(answering, 'somebody else got that port').toEqual([]);
      const raised = await prometheus.query('ALERTS{alertname="VoiceFlowDown"}');
      expect(raised).toMatchObject([{ instance: deadTarget, severity: 'critical' }]);
    });
  });
});
