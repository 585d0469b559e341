import { expect, test } from 'vitest';
import { type NetworkRule, networkPoliciesOf, workloadsOf } from './chart-parser.ts';
import { componentOf, fullValues, leastValues, matches, render } from './render-chart.ts';

const resources = render(leastValues);
const policies = networkPoliciesOf(resources);
const workloads = workloadsOf(resources);

function rulesFor(component: string, direction: 'ingress' | 'egress'): NetworkRule[] {
  const workload = workloads.find((candidate) => componentOf(candidate) === component);
  const labels = workload?.spec.template.metadata.labels ?? {};
  return policies
    .filter(({ spec }) => matches(spec.podSelector.matchLabels, labels))
    .flatMap(({ spec }) => spec[direction]);
}

function portsOf(rules: readonly NetworkRule[]): (string | number)[] {
  return rules.flatMap(({ ports }) => ports.map(({ port }) => port));
}

test('every pod is closed in both directions before a rule opens something', () => {
  const closed = policies.find(({ spec }) => spec.ingress.length + spec.egress.length === 0);
  expect(closed?.spec.policyTypes).toEqual(['Ingress', 'Egress']);
  for (const { spec } of workloads) {
    const { labels } = spec.template.metadata;
    expect(matches(closed?.spec.podSelector.matchLabels ?? { none: '' }, labels)).toBe(true);
  }
});

test.each([
  ['api', [53, 53, 5432, 6379, 443]],
  ['jobs', [53, 53, 5432, 6379, 465, 587, 443]],
  ['worker-cpu', [53, 53, 6379, 443]],
  ['migrate', [53, 53, 5432]],
])('%s reaches what it needs and no more', (component, ports) => {
  expect(portsOf(rulesFor(component, 'egress'))).toEqual(ports);
});

test('only the api is reached by callers, and figures only by monitoring', () => {
  expect(portsOf(rulesFor('api', 'ingress'))).toEqual(['http', 'metrics']);
  expect(portsOf(rulesFor('jobs', 'ingress'))).toEqual(['metrics']);
  expect(portsOf(rulesFor('worker-cpu', 'ingress'))).toEqual(['metrics']);
  expect(rulesFor('migrate', 'ingress')).toEqual([]);
  const monitoring = {
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } },
  };
  for (const component of ['api', 'jobs', 'worker-cpu']) {
    const figures = rulesFor(component, 'ingress').find(
      ({ ports }) => ports[0]?.port === 'metrics',
    );
    expect(figures?.from).toEqual([monitoring]);
  }
});

test('the internet is none of the networks inside', () => {
  const internet = rulesFor('worker-cpu', 'egress').find(({ ports }) => ports[0]?.port === 443);
  expect(internet?.to).toEqual([
    {
      ipBlock: {
        cidr: '0.0.0.0/0',
        except: expect.arrayContaining(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16']),
      },
    },
    { ipBlock: { cidr: '::/0', except: ['fc00::/7', 'fe80::/10'] } },
  ]);
});

test('peers narrow what is open, and rules can be added', () => {
  const narrowed = networkPoliciesOf(render(fullValues));
  const specOf = (name: string) =>
    narrowed.find(({ metadata }) => metadata.name === `speech-voiceflow-${name}`)?.spec;
  expect(specOf('api')?.ingress[0]?.from).toEqual(fullValues.networkPolicy.apiFrom);
  for (const name of ['api', 'jobs', 'migrate']) {
    const database = specOf(name)?.egress.find(({ ports }) => ports[0]?.port === 5432);
    expect(database?.to).toEqual(fullValues.networkPolicy.database.to);
  }
  expect(specOf('worker')?.egress.at(-1)).toEqual(fullValues.networkPolicy.extraEgress.worker[0]);
});

test('a cluster that enforces no policies can leave them out', () => {
  const without = render({ ...leastValues, networkPolicy: { enabled: false } });
  expect(networkPoliciesOf(without)).toEqual([]);
});
