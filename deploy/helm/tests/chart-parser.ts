import { parseAllDocuments } from 'yaml';
import { z } from 'zod';

const labels = z.record(z.string(), z.string());
const metadata = z.looseObject({
  name: z.string(),
  labels: labels.default({}),
  annotations: labels.default({}),
});

const resourceSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata,
  spec: z.unknown(),
});
export type Resource = z.infer<typeof resourceSchema>;

const envSchema = z.array(
  z.union([
    z.strictObject({ name: z.string(), value: z.string() }),
    z.strictObject({
      name: z.string(),
      valueFrom: z.strictObject({
        secretKeyRef: z.strictObject({
          name: z.string(),
          key: z.string(),
          optional: z.boolean().optional(),
        }),
      }),
    }),
  ]),
);

const probe = z.looseObject({
  httpGet: z.strictObject({ path: z.string(), port: z.string() }),
  periodSeconds: z.int(),
  failureThreshold: z.int(),
});

const container = z.looseObject({
  image: z.string(),
  command: z.array(z.string()),
  env: envSchema,
  ports: z.array(z.strictObject({ name: z.string(), containerPort: z.int() })).default([]),
  securityContext: z.unknown(),
  volumeMounts: z.array(z.strictObject({ name: z.string(), mountPath: z.string() })),
  resources: z.strictObject({ requests: z.looseObject({}), limits: z.looseObject({}) }),
  startupProbe: probe.optional(),
  readinessProbe: probe.optional(),
  livenessProbe: probe.optional(),
  lifecycle: z
    .strictObject({
      preStop: z.strictObject({ sleep: z.strictObject({ seconds: z.int() }) }),
    })
    .optional(),
});

const podTemplate = z.strictObject({
  metadata: z.strictObject({ labels, annotations: labels.default({}) }),
  spec: z.looseObject({
    automountServiceAccountToken: z.boolean(),
    enableServiceLinks: z.boolean(),
    securityContext: z.unknown(),
    nodeSelector: labels.default({}),
    tolerations: z.array(z.looseObject({})).default([]),
    terminationGracePeriodSeconds: z.int().optional(),
    containers: z.tuple([container]),
    volumes: z.array(z.looseObject({ name: z.string(), emptyDir: z.looseObject({}) })),
  }),
});

const workloadSpec = z.looseObject({ replicas: z.int().optional(), template: podTemplate });

const selector = z.strictObject({ matchLabels: labels });
const peers = z.array(z.looseObject({}));
const rule = z.strictObject({
  ports: z.array(z.strictObject({ protocol: z.string(), port: z.union([z.int(), z.string()]) })),
  from: peers.optional(),
  to: peers.optional(),
});
const networkPolicySpec = z.strictObject({
  podSelector: selector,
  policyTypes: z.array(z.string()),
  ingress: z.array(rule).default([]),
  egress: z.array(rule).default([]),
});
export type NetworkRule = z.infer<typeof rule>;

const scaledObjectSpec = z.looseObject({
  scaleTargetRef: z.strictObject({ name: z.string() }),
  minReplicaCount: z.int(),
  maxReplicaCount: z.int(),
  triggers: z.array(
    z.looseObject({
      type: z.literal('prometheus'),
      metadata: z.looseObject({
        query: z.string(),
        threshold: z.string(),
        ignoreNullValues: z.string(),
      }),
    }),
  ),
});

const disruptionBudgetSpec = z.strictObject({
  maxUnavailable: z.int(),
  unhealthyPodEvictionPolicy: z.string(),
  selector,
});

export function parseResources(text: string): Resource[] {
  return parseAllDocuments(text)
    .filter((document) => document.contents !== null)
    .map((document) => resourceSchema.parse(document.toJS()));
}

function parseSpecs<T>(
  resources: readonly Resource[],
  kinds: readonly string[],
  spec: z.ZodType<T>,
) {
  return resources
    .filter(({ kind }) => kinds.includes(kind))
    .map((resource) => ({ ...resource, spec: spec.parse(resource.spec) }));
}

/** Everything that runs pods. */
export function workloadsOf(resources: readonly Resource[]) {
  return parseSpecs(resources, ['Deployment', 'Job'], workloadSpec);
}
export type Workload = ReturnType<typeof workloadsOf>[number];

export function networkPoliciesOf(resources: readonly Resource[]) {
  return parseSpecs(resources, ['NetworkPolicy'], networkPolicySpec);
}

export function scaledObjectsOf(resources: readonly Resource[]) {
  return parseSpecs(resources, ['ScaledObject'], scaledObjectSpec);
}

export function disruptionBudgetsOf(resources: readonly Resource[]) {
  return parseSpecs(resources, ['PodDisruptionBudget'], disruptionBudgetSpec);
}

/** The labels by which others find pods: those of Services, budgets and monitors. */
export function selectorsOf(resources: readonly Resource[]): Record<string, string>[] {
  const services = parseSpecs(resources, ['Service'], z.looseObject({ selector: labels }));
  const others = parseSpecs(
    resources,
    ['PodDisruptionBudget', 'PodMonitor', 'Deployment'],
    z.looseObject({ selector }),
  );
  return [
    ...services.map(({ spec }) => spec.selector),
    ...others.map(({ spec }) => spec.selector.matchLabels),
  ];
}
