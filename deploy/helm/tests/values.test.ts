import { expect, test } from 'vitest';
import { leastValues, renderText } from './render-chart.ts';

test.each([
  ['api', { replica: 3 }, "at '/api': additional properties 'replica' not allowed"],
  ['api', { replicas: 0 }, "at '/api/replicas': minimum: got 0, want 1"],
  ['api', { cacheMegabytes: '1Gi' }, "at '/api/cacheMegabytes': got string, want integer"],
  ['image', { digest: 'latest' }, "at '/image/digest'"],
  ['secrets', { name: '' }, "at '/secrets/name': minLength: got 0, want 1"],
  ['secrets', { from: { DATABASE_URL: { name: 'postgres' } } }, "missing property 'key'"],
  ['secrets', { from: { DATABASE: {} } }, "additional properties 'DATABASE' not allowed"],
  ['settings', { QUEUE_MAX: 3 }, "at '/settings': additional properties 'QUEUE_MAX' not allowed"],
  // Decided by the chart, kept in a Secret, and what YAML makes of an `off` without quotes
  ['settings', { PORT: 80 }, "at '/settings': additional properties 'PORT' not allowed"],
  ['settings', { SMTP_URL: 'smtp://x' }, "additional properties 'SMTP_URL' not allowed"],
  ['settings', { LOG_LEVEL: false }, "at '/settings/LOG_LEVEL'"],
  ['model', { variant: 'auto' }, "at '/model/variant': value must be one of 'quantised'"],
  ['workers', { cpu: { replicas: 0 } }, "at '/workers/cpu/replicas': minimum: got 0, want 1"],
  [
    'workers',
    { cpu: { autoscaling: { minReplicas: 0 } } },
    "at '/workers/cpu/autoscaling/minReplicas': minimum: got 0, want 1",
  ],
  ['workers', { tpu: {} }, "at '/workers': additional properties 'tpu' not allowed"],
  ['workers', { cpu: { autoscaling: { enabled: true } } }, 'prometheus.serverAddress is missing'],
  ['prometheus', { discovery: 'serviceMonitor' }, "at '/prometheus/discovery'"],
  ['networkPolicy', { database: { port: 70_000 } }, "at '/networkPolicy/database/port': maximum"],
])('%s %j is refused by name', (section, value, problem) => {
  expect(renderText({ ...leastValues, [section]: value }).problem).toContain(problem);
});

test('an address with a path is refused: links are made by adding one', () => {
  const { problem } = renderText({ ...leastValues, publicUrl: 'https://example.com/speech/' });
  expect(problem).toContain("at '/publicUrl'");
});

test('without what has to be said Helm says what that is', () => {
  const { problem } = renderText({});
  expect(problem).toContain("at '/publicUrl'");
  expect(problem).toContain("at '/secrets/name'");
});
