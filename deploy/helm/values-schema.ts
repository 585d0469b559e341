// Writes voiceflow/values.schema.json, by which Helm refuses values that cannot be; with --check says
// when it is stale.
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';
import { envSchema } from '../../apps/server/src/env.ts';

/** Settings that pods get out of a Secret. */
export const secretSettings = [
  'DATABASE_URL',
  'REDIS_URL',
  'VOICEFLOW_SECRET',
  'SMTP_URL',
  'OAUTH_GOOGLE_CLIENT_SECRET',
  'OAUTH_GITHUB_CLIENT_SECRET',
] as const;

/** Settings that the chart decides, by other values or for good. */
export const ownSettings = [
  'PORT',
  'VOICEFLOW_HOME',
  'VOICEFLOW_BOOTSTRAP_KEY_FILE',
  'VOICEFLOW_MODEL_MIRROR',
  'VOICEFLOW_LOCAL_OPERATOR',
  'VOICEFLOW_JOBS',
  'VOICEFLOW_PUBLIC_URL',
  'VOICEFLOW_PROCESS',
  'WORKERS',
  'WORKER_THREADS',
  'KOKORO_VARIANT',
  'KOKORO_MODEL_FILE',
  'CACHE_MAX_MB',
  'DRAIN_SECONDS',
  'QUEUE',
  'METRICS_PORT',
  'METRICS_HOST',
] as const;

const taken: ReadonlySet<string> = new Set([...secretSettings, ...ownSettings]);
const freeSettings = Object.keys(envSchema.shape).filter((name) => !taken.has(name));

const count = (least: number) => z.int().min(least).max(10_000);
const port = z.int().min(1).max(65_535);
const secretKey = z
  .strictObject({ name: z.string().min(1), key: z.string().min(1) })
  .meta({ id: 'secretKey' });
/** No setting is true or false: YAML would make that of an `on` without quotes. */
const settingValue = z.union([z.string(), z.int()]).meta({ id: 'settingValue' });
const strings = z.record(z.string(), z.string());
/** What Kubernetes itself checks. */
const asKubernetesHasIt = z.looseObject({});
const listOfThose = z.array(asKubernetesHasIt);
const quantities = z.record(z.string(), z.union([z.string(), z.number()]));
const resources = z
  .strictObject({ requests: quantities.optional(), limits: quantities.optional() })
  .meta({ id: 'resources' });

const placement = {
  resources,
  nodeSelector: strings,
  tolerations: listOfThose,
  affinity: asKubernetesHasIt,
  priorityClassName: z.string(),
};

const workerPool = z
  .strictObject({
    ...placement,
    enabled: z.boolean(),
    replicas: count(1).describe('The API is ready once a worker is: there has to be one.'),
    threads: count(1).max(64),
    gpus: count(0),
    runtimeClassName: z.string(),
    autoscaling: z.strictObject({
      enabled: z.boolean(),
      minReplicas: count(1).describe('The API is ready once a worker is: there has to be one.'),
      maxReplicas: count(1),
      waitingJobsPerWorker: z.number().positive(),
      busyPercent: z.int().min(1).max(100),
      scaleDownAfterSeconds: z.int().min(0).max(3_600),
    }),
  })
  .meta({ id: 'workerPool' });

const values = z
  .strictObject({
    image: z.strictObject({
      repository: z.string().min(1),
      tag: z.string(),
      digest: z.string().regex(/^(sha256:[0-9a-f]{64})?$/),
      pullPolicy: z.enum(['Always', 'IfNotPresent', 'Never']),
    }),
    imagePullSecrets: z.array(z.strictObject({ name: z.string().min(1) })),
    publicUrl: z
      .string()
      .regex(/^https?:\/\/[^/\s]+$/)
      .describe('Address under which people reach the service, as https://speech.example.com'),
    settings: z
      .strictObject(Object.fromEntries(freeSettings.map((name) => [name, settingValue.optional()])))
      .describe('Settings of the server, without secrets and those that the chart decides.'),
    secrets: z.strictObject({
      name: z.string().min(1).describe('The Secret that holds DATABASE_URL and its siblings.'),
      from: z.strictObject(
        Object.fromEntries(secretSettings.map((name) => [name, secretKey.optional()])),
      ),
    }),
    podAnnotations: strings,
    api: z.strictObject({
      ...placement,
      replicas: count(1),
      cacheMegabytes: z.int().min(0).max(1_000_000),
      drainSeconds: z.int().min(0).max(86_400),
      service: z.strictObject({
        type: z.enum(['ClusterIP', 'NodePort', 'LoadBalancer']),
        annotations: strings,
      }),
    }),
    model: z.strictObject({
      variant: z
        .enum(['quantised', 'float', 'shipped'])
        .describe('All workers must serve the same form, so none may choose by itself.'),
      mirror: z.string().regex(/^(https?:\/\/\S+)?$/),
    }),
    workers: z.strictObject({ cpu: workerPool, gpu: workerPool }),
    jobs: z.strictObject({ ...placement, replicas: count(1) }),
    migrate: z.strictObject({
      databaseUrl: z.union([secretKey, z.strictObject({})]),
      timeoutSeconds: z.int().min(1),
      resources,
    }),
    prometheus: z.strictObject({
      discovery: z.enum(['annotations', 'podMonitor', 'none']),
      alerts: z.boolean(),
      operatorLabels: strings,
      serverAddress: z.string().regex(/^(https?:\/\/\S+)?$/),
      selector: z.string(),
      triggerAuthentication: z.string(),
    }),
    ingress: z.strictObject({
      enabled: z.boolean(),
      className: z.string(),
      annotations: strings,
      host: z.string(),
      tlsSecretName: z.string(),
    }),
    networkPolicy: z.strictObject({
      enabled: z.boolean(),
      apiFrom: listOfThose,
      metricsFrom: listOfThose,
      dns: listOfThose,
      database: z.strictObject({ to: listOfThose, port }),
      redis: z.strictObject({ to: listOfThose, port }),
      smtp: z.strictObject({ to: listOfThose, ports: z.array(port).min(1) }),
      internet: z.strictObject({ exceptV4: z.array(z.string()), exceptV6: z.array(z.string()) }),
      extraEgress: z.strictObject({ api: listOfThose, worker: listOfThose, jobs: listOfThose }),
    }),
    // Given by Helm to every chart.
    global: asKubernetesHasIt.optional(),
  })
  .describe('Made from values-schema.ts beside the chart. Do not edit.');

const file = resolve(import.meta.dirname, 'voiceflow/values.schema.json');

if (import.meta.main) {
  const schema = z.toJSONSchema(values, { target: 'draft-7', io: 'input' });
  const text = `${JSON.stringify(schema, null, 2)}\n`;
  if (!process.argv.includes('--check')) {
    await writeFile(file, text);
  } else if ((await readFile(file, 'utf8').catch(() => '')) !== text) {
    process.stderr.write(`${file} is stale: run node deploy/helm/values-schema.ts\n`);
    process.exitCode = 1;
  }
}
