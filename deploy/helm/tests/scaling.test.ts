import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { scaledObjectsOf } from './chart-parser.ts';
import { fullValues, render } from './render-chart.ts';

const [onProcessors] = scaledObjectsOf(render(fullValues));
const [waiting = '', busy = ''] =
  onProcessors?.spec.triggers.map(({ metadata }) => metadata.query) ?? [];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'voiceflow-scaling-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What Prometheus finds wrong when it asks `query` of `series` after five minutes. */
async function problemOf(query: string, series: Record<string, string>, value: number | undefined) {
  const file = join(folder, 'test.json');
  const asked = {
    expr: query,
    eval_time: '5m',
    exp_samples: value === undefined ? [] : [{ labels: '{}', value }],
  };
  const input_series = Object.entries(series).map(([name, values]) => ({ series: name, values }));
  const tests = [{ interval: '15s', input_series, promql_expr_test: [asked] }];
  await writeFile(file, JSON.stringify({ rule_files: [], tests }));
  const run = spawnSync('promtool', ['test', 'rules', file], { encoding: 'utf8' });
  if (run.error) throw run.error;
  return run.status === 0 ? '' : `${run.stdout}${run.stderr}`;
}

const depth = (namespace: string, pod: string, tier: string) =>
  `voiceflow_queue_depth{namespace="${namespace}",pod="${pod}",tier="${tier}"}`;
const worker = (namespace: string, pod: string, pool: string) =>
  `voiceflow_worker_busy_seconds_total{namespace="${namespace}",pod="${pod}",process="worker-${pool}"}`;

test('jobs that wait are counted once, whoever tells of them, and by tier', async () => {
  const series = {
    [depth('voices', 'api-1', 'enterprise')]: '4x30',
    [depth('voices', 'api-2', 'enterprise')]: '4x30',
    [depth('voices', 'api-1', 'free')]: '2x30',
    [depth('voices', 'api-2', 'free')]: '2x30',
    [depth('elsewhere', 'api-1', 'free')]: '100x30',
  };
  expect(await problemOf(waiting, series, 6)).toBe('');
});

test('workers of the pool are busy by the share of time that they compute, all together', async () => {
  const series = {
    // 15 s in 15 s, and 7.5 s
    [worker('voices', 'worker-1', 'cpu')]: '0+15x30',
    [worker('voices', 'worker-2', 'cpu')]: '0+7.5x30',
    [worker('voices', 'worker-3', 'gpu')]: '0+15x30',
    [worker('elsewhere', 'worker-4', 'cpu')]: '0+15x30',
  };
  expect(await problemOf(busy, series, 150)).toBe('');
});

test('where nobody tells anything there is no answer, rather than 0', async () => {
  expect(await problemOf(waiting, {}, undefined)).toBe('');
  expect(await problemOf(busy, {}, undefined)).toBe('');
});
