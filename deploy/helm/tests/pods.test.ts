import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { addWorkMetrics } from '../../../apps/server/src/domains/synthesis/worker.ts';
import { envSchema, parseEnv } from '../../../apps/server/src/env.ts';
import { openRegistry } from '../../../apps/server/src/platform/metrics/index.ts';
import { QueueMetrics, type WorkQueue } from '../../../apps/server/src/platform/queue/index.ts';
import { stopTimeoutMs } from '../../../apps/server/src/platform/supervisor/role-lifecycle.ts';
import { ownSettings, secretSettings } from '../values-schema.ts';
import {
  disruptionBudgetsOf,
  scaledObjectsOf,
  selectorsOf,
  type Workload,
  workloadsOf,
} from './chart-parser.ts';
import { componentOf, fullValues, leastValues, matches, render } from './render-chart.ts';

const root = resolve(import.meta.dirname, '../../..');
const least = render(leastValues);
const full = render(fullValues);
const workloads = workloadsOf(full);

/** For what is never read. */
const notAsked: WorkQueue = {
  enqueue: () => {
    throw new Error('not asked');
  },
  workers: () => [],
  stats: () => Promise.reject(new Error('not asked')),
  isReachable: true,
  close: () => Promise.resolve(),
};

function workload(component: string, among = workloads): Workload {
  const found = among.find((candidate) => componentOf(candidate) === component);
  if (!found) throw new Error(`there is no ${component}`);
  return found;
}

function containerOf({ spec }: Workload) {
  return spec.template.spec.containers[0];
}

/** Where a pod gets its secrets from, by setting. */
function secretsOf(of: Workload) {
  return Object.fromEntries(
    containerOf(of).env.flatMap((entry) =>
      'valueFrom' in entry ? [[entry.name, entry.valueFrom.secretKeyRef]] : [],
    ),
  );
}

function plainSettingsOf(of: Workload): Record<string, string> {
  return Object.fromEntries(
    containerOf(of).env.flatMap((entry) => ('value' in entry ? [[entry.name, entry.value]] : [])),
  );
}

test('the least that is said makes an api, jobs, workers on processors and a migration', () => {
  expect(workloadsOf(least).map(componentOf).sort()).toEqual([
    'api',
    'jobs',
    'migrate',
    'worker-cpu',
  ]);
});

describe.each(workloads.map((of) => [componentOf(of), of] as const))('%s', (_component, of) => {
  const { spec } = of.spec.template;
  const container = containerOf(of);

  test('runs a program that is in the image', () => {
    const [program, entry = ''] = container.command;
    expect(program).toBe('node');
    expect(existsSync(resolve(root, entry))).toBe(true);
  });

  test('has no rights, and a file system that it cannot write to', () => {
    expect(spec.securityContext).toEqual({
      runAsNonRoot: true,
      runAsUser: 1000,
      runAsGroup: 1000,
      fsGroup: 1000,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(spec.automountServiceAccountToken).toBe(false);
  });

  test('writes to volumes of bounded size', () => {
    expect(container.volumeMounts).toEqual([
      { name: 'home', mountPath: '/var/lib/voiceflow' },
      { name: 'tmp', mountPath: '/tmp' },
    ]);
    for (const { name } of container.volumeMounts) {
      const volume = spec.volumes.find((candidate) => candidate.name === name);
      expect(volume?.emptyDir).toEqual({ sizeLimit: expect.stringMatching(/^\d+[MG]i$/) });
    }
  });

  test('says what it needs and how much memory it may take', () => {
    expect(container.resources.requests).toEqual({
      cpu: expect.anything(),
      memory: expect.anything(),
    });
    expect(container.resources.limits).toMatchObject({ memory: expect.stringMatching(/[MG]i$/) });
  });

  test('has settings that the server accepts, and knows all of', () => {
    expect(spec.enableServiceLinks).toBe(false);
    const secrets: Record<string, string> = {
      DATABASE_URL: 'postgres://voiceflow@postgres/voiceflow',
      REDIS_URL: 'redis://redis:6379',
      VOICEFLOW_SECRET: 'x'.repeat(32),
      SMTP_URL: 'smtp://mail:587',
    };
    const given = { ...plainSettingsOf(of) };
    for (const name of Object.keys(secretsOf(of))) given[name] = secrets[name] ?? '';
    expect(Object.keys(given).filter((name) => !(name in envSchema.shape))).toEqual([]);
    expect(() => parseEnv(given)).not.toThrow();
  });
});

const serving = workloads.filter((of) => componentOf(of) !== 'migrate');

describe.each(serving.map((of) => [componentOf(of), of] as const))('%s', (_component, of) => {
  const { spec } = of.spec.template;
  const container = containerOf(of);

  test('is told to end in good time', () => {
    const forgottenMs = (container.lifecycle?.preStop.sleep.seconds ?? 0) * 1000;
    const drainMs = Number(plainSettingsOf(of).DRAIN_SECONDS ?? 0) * 1000;
    const graceMs = (spec.terminationGracePeriodSeconds ?? 30) * 1000;
    expect(graceMs).toBeGreaterThan(forgottenMs + drainMs + stopTimeoutMs);
  });

  test('is watched at ports that it has', () => {
    const { startupProbe, readinessProbe, livenessProbe, ports } = container;
    const names = ports.map(({ name }) => name);
    expect(startupProbe?.httpGet.path).toBe('/health/ready');
    expect(livenessProbe?.httpGet.path).toBe('/health/live');
    for (const probe of [startupProbe, readinessProbe, livenessProbe]) {
      if (probe) expect(names).toContain(probe.httpGet.port);
    }
  });
});

test('each role gets the secrets that it needs and no other', () => {
  const names = (component: string) => Object.keys(secretsOf(workload(component))).sort();
  expect(names('worker-cpu')).toEqual(['REDIS_URL']);
  expect(names('worker-gpu')).toEqual(['REDIS_URL']);
  expect(names('migrate')).toEqual(['DATABASE_URL']);
  expect(names('jobs')).toEqual(['DATABASE_URL', 'REDIS_URL', 'SMTP_URL', 'VOICEFLOW_SECRET']);
  expect(names('api')).toEqual([
    'DATABASE_URL',
    'OAUTH_GITHUB_CLIENT_SECRET',
    'OAUTH_GOOGLE_CLIENT_SECRET',
    'REDIS_URL',
    'VOICEFLOW_SECRET',
  ]);
});

test('secrets are named, never held', () => {
  const reference = { name: 'voiceflow', key: 'DATABASE_URL' };
  const ofLeast = workloadsOf(least);
  expect(secretsOf(workload('api', ofLeast)).DATABASE_URL).toEqual(reference);
  expect(secretsOf(workload('migrate', ofLeast)).DATABASE_URL).toEqual(reference);
  expect(secretsOf(workload('jobs', ofLeast)).SMTP_URL).toEqual({
    name: 'voiceflow',
    key: 'SMTP_URL',
    optional: true,
  });
  expect(secretsOf(workload('api')).DATABASE_URL).toEqual({ name: 'postgres-app', key: 'uri' });
  expect(secretsOf(workload('migrate')).DATABASE_URL).toEqual({
    name: 'postgres-direct',
    key: 'uri',
  });
  expect(least.filter(({ kind }) => kind === 'Secret')).toEqual([]);
});

test('settings reach every role as they were written, also large numbers', () => {
  const large = render({ ...leastValues, settings: { DATABASE_POOL_SIZE: 12_000_000 } });
  for (const component of ['api', 'jobs', 'worker-cpu']) {
    expect(plainSettingsOf(workload(component))).toMatchObject({
      LOG_LEVEL: 'warn',
      QUEUE_MAX_WAITING: '100000',
    });
    expect(plainSettingsOf(workload(component, workloadsOf(large)))).toMatchObject({
      DATABASE_POOL_SIZE: '12000000',
    });
  }
});

test('what the chart keeps for itself are settings, and those of a pod are among them', () => {
  const known = Object.keys(envSchema.shape);
  expect([...secretSettings, ...ownSettings].filter((name) => !known.includes(name))).toEqual([]);
  const decided = Object.keys(plainSettingsOf(workload('api', workloadsOf(least))));
  expect(decided.filter((name) => !ownSettings.some((own) => own === name))).toEqual([]);
});

test('the api takes no traffic while it starts or after it was told to end', () => {
  const { startupProbe, readinessProbe, lifecycle } = containerOf(workload('api'));
  expect([startupProbe, readinessProbe].map((probe) => probe?.httpGet.port)).toEqual([
    'http',
    'http',
  ]);
  expect(lifecycle?.preStop.sleep.seconds).toBeGreaterThan(0);
});

test('a worker on GPU nodes asks for a GPU, and for nodes that have one', () => {
  const { spec } = workload('worker-gpu').spec.template;
  expect(spec.containers[0].resources.limits).toMatchObject({ 'nvidia.com/gpu': 1 });
  expect(spec.nodeSelector).toEqual({ 'nvidia.com/gpu.present': 'true' });
  expect(spec.tolerations).toEqual([
    { key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' },
  ]);
  const onProcessors = workload('worker-cpu').spec.template.spec;
  expect(onProcessors.containers[0].resources.limits).not.toHaveProperty('nvidia.com/gpu');
  expect(onProcessors.tolerations).toEqual([]);
});

test('all workers serve one form of the model', () => {
  const variants = ['worker-cpu', 'worker-gpu'].map(
    (component) => plainSettingsOf(workload(component)).KOKORO_VARIANT,
  );
  expect(variants).toEqual(['quantised', 'quantised']);
});

test('who finds pods by labels finds those that it means', () => {
  const labels = workloads.map(({ spec }) => spec.template.metadata.labels);
  for (const selector of selectorsOf(full)) {
    const found = labels.filter((ofPod) => matches(selector, ofPod)).length;
    const component = selector['app.kubernetes.io/component'];
    expect([component, found]).toEqual([component, component ? 1 : workloads.length]);
  }
  // Two releases in one namespace keep out of each other's way.
  const others = workloadsOf(render(leastValues, 'other')).map(
    ({ spec }) => spec.template.metadata.labels,
  );
  expect(
    selectorsOf(full).some((selector) => others.some((ofPod) => matches(selector, ofPod))),
  ).toBe(false);
});

test('names fit, however long that of the release is', () => {
  const long = render(fullValues, 'a'.repeat(53));
  expect(long.map(({ metadata }) => metadata.name).filter((name) => name.length > 63)).toEqual([]);
});

test('an image by digest is taken by nothing else', () => {
  const digest = `sha256:${'0'.repeat(64)}`;
  const image = { repository: 'registry.example.com/voiceflow', digest };
  const images = workloadsOf(render({ ...leastValues, image })).map((of) => containerOf(of).image);
  expect(new Set(images)).toEqual(new Set([`registry.example.com/voiceflow@${digest}`]));
});

test('the image is that of this version', () => {
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8')));
  expect(containerOf(workload('api')).image).toBe(`voiceflow:${version}`);
});

test('the migration runs before anything of a new version, and behind its own network policy', () => {
  const annotations = (kind: string) =>
    full.find(
      ({ kind: found, metadata }) => found === kind && metadata.name === 'speech-voiceflow-migrate',
    )?.metadata.annotations;
  const [job, policy] = [annotations('Job'), annotations('NetworkPolicy')];
  expect([job?.['helm.sh/hook'], policy?.['helm.sh/hook']]).toEqual([
    'pre-install,pre-upgrade',
    'pre-install,pre-upgrade',
  ]);
  expect(Number(policy?.['helm.sh/hook-weight'])).toBeLessThan(
    Number(job?.['helm.sh/hook-weight']),
  );
});

test('nodes are drained one pod of a role at a time, and never kept from it', () => {
  const budgets = disruptionBudgetsOf(full).map(({ spec }) => [
    spec.selector.matchLabels['app.kubernetes.io/component'],
    spec.maxUnavailable,
    spec.unhealthyPodEvictionPolicy,
  ]);
  const lasting = workloads.filter(({ kind }) => kind === 'Deployment').map(componentOf);
  expect(budgets.sort()).toEqual(lasting.sort().map((component) => [component, 1, 'AlwaysAllow']));
});

describe('scaling by the queue', () => {
  test('is of workers, whose number nobody else sets', () => {
    const scaled = scaledObjectsOf(full).map(({ spec }) => spec.scaleTargetRef.name);
    expect(scaled).toEqual(['speech-voiceflow-worker-cpu', 'speech-voiceflow-worker-gpu']);
    for (const name of scaled) {
      const target = workloads.find(({ metadata }) => metadata.name === name);
      expect(target && 'replicas' in target.spec).toBe(false);
    }
    expect(workload('worker-cpu', workloadsOf(least)).spec.replicas).toBe(2);
    expect(scaledObjectsOf(least)).toEqual([]);
  });

  test('keeps a worker, without which the API would never be ready', () => {
    const [onProcessors] = scaledObjectsOf(full);
    expect(onProcessors?.spec).toMatchObject({ minReplicaCount: 1, maxReplicaCount: 20 });
  });

  test('goes by what waits in the shared queue, and by how busy the workers of the pool are', () => {
    const triggers = scaledObjectsOf(full).map(({ spec }) =>
      spec.triggers.map(({ metadata }) => [metadata.query, metadata.threshold]),
    );
    const waiting = ['sum(max by (tier) (voiceflow_queue_depth{namespace="voices"}))', '2'];
    const busy = (pool: string) => [
      `100 * sum(rate(voiceflow_worker_busy_seconds_total{namespace="voices",process="worker-${pool}"}[2m]))`,
      '70',
    ];
    expect(triggers).toEqual([
      [waiting, busy('cpu')],
      [waiting, busy('gpu')],
    ]);
    expect(plainSettingsOf(workload('worker-gpu')).VOICEFLOW_PROCESS).toBe('worker-gpu');
  });

  test('leaves the workers as they are where nobody tells anything', () => {
    for (const { spec } of scaledObjectsOf(full)) {
      expect(spec.fallback).toMatchObject({ behavior: 'currentReplicasIfHigher' });
      const ignoring = spec.triggers.map(({ metadata }) => metadata.ignoreNullValues);
      expect(ignoring).toEqual(['false', 'false']);
    }
  });

  test('asks for figures that there are', () => {
    const register = openRegistry('api');
    new QueueMetrics(register).watch(notAsked);
    addWorkMetrics({ registry: register, process: 'worker-cpu' });
    const queries = scaledObjectsOf(full).flatMap(({ spec }) =>
      spec.triggers.map(({ metadata }) => metadata.query),
    );
    for (const query of queries) {
      const [name = ''] = /voiceflow_\w+/.exec(query) ?? [];
      expect(register.getSingleMetric(name)).toBeDefined();
    }
  });
});
