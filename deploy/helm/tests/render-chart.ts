import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { parseResources, type Resource, type Workload } from './chart-parser.ts';

const chart = resolve(import.meta.dirname, '../voiceflow');

/** The least that has to be said. */
export const leastValues = {
  publicUrl: 'https://speech.example.com',
  secrets: { name: 'voiceflow' },
};

/** Everything that can be turned on. */
export const fullValues = {
  ...leastValues,
  settings: { LOG_LEVEL: 'warn', QUEUE_MAX_WAITING: 100_000 },
  secrets: { name: 'voiceflow', from: { DATABASE_URL: { name: 'postgres-app', key: 'uri' } } },
  migrate: { databaseUrl: { name: 'postgres-direct', key: 'uri' } },
  imagePullSecrets: [{ name: 'registry' }],
  podAnnotations: { 'example.com/team': 'speech' },
  api: { service: { annotations: { 'example.com/public': 'yes' } } },
  model: { mirror: 'http://models.voices.svc' },
  workers: {
    cpu: { autoscaling: { enabled: true, maxReplicas: 20 }, priorityClassName: 'speech' },
    gpu: { enabled: true, runtimeClassName: 'nvidia', autoscaling: { enabled: true } },
  },
  prometheus: {
    discovery: 'podMonitor',
    alerts: true,
    operatorLabels: { release: 'prometheus' },
    serverAddress: 'http://prometheus.monitoring.svc:9090',
    triggerAuthentication: 'prometheus',
  },
  ingress: { enabled: true, className: 'nginx', tlsSecretName: 'speech-tls' },
  networkPolicy: {
    apiFrom: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ingress' } } }],
    database: { to: [{ podSelector: { matchLabels: { 'cnpg.io/cluster': 'postgres' } } }] },
    extraEgress: {
      worker: [
        {
          to: [{ podSelector: { matchLabels: { app: 'models' } } }],
          ports: [{ protocol: 'TCP', port: 80 }],
        },
      ],
    },
  },
};

interface Rendering {
  readonly text: string;
  /** What Helm says against it; empty when it is content. */
  readonly problem: string;
}

export function renderText(values: object, release = 'speech'): Rendering {
  const helm = process.env.HELM ?? 'helm';
  const args = ['template', release, chart, '--namespace', 'voices', '--values', '-'];
  const run = spawnSync(helm, args, { input: JSON.stringify(values), encoding: 'utf8' });
  if (run.error) throw run.error;
  return { text: run.stdout, problem: run.status === 0 ? '' : run.stderr };
}

export function render(values: object, release = 'speech'): Resource[] {
  const { text, problem } = renderText(values, release);
  if (problem) throw new Error(problem);
  return parseResources(text);
}

/** `api`, `jobs`, `migrate`, `worker-cpu` or `worker-gpu`. */
export function componentOf({ spec }: Workload): string {
  return spec.template.metadata.labels['app.kubernetes.io/component'] ?? '';
}

export function matches(
  selector: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(selector).every(([name, value]) => labels[name] === value);
}
