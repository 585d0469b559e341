import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { parseResources } from './chart-parser.ts';
import { fullValues, leastValues, renderText } from './render-chart.ts';

const variables = z
  .object({ KUBERNETES_VALIDATE: z.string(), KEDA: z.string(), PROMETHEUS_OPERATOR: z.string() })
  .parse(process.env);
const ofMonitoring = join(
  variables.PROMETHEUS_OPERATOR,
  'example/prometheus-operator-crd/monitoring.coreos.com_',
);
const customResources = {
  ScaledObject: join(variables.KEDA, 'config/crd/bases/keda.sh_scaledobjects.yaml'),
  PodMonitor: `${ofMonitoring}podmonitors.yaml`,
  PrometheusRule: `${ofMonitoring}prometheusrules.yaml`,
};
const oldest = '1.34.0';
const newest = '1.37.0';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'voiceflow-chart-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each([
  ['the least values', leastValues],
  ['all values', fullValues],
])('%s', (name, values) => {
  test.each([oldest, newest])('are what Kubernetes %s takes', async (version) => {
    const file = join(folder, `${name}-${version}.yaml`);
    const { text } = renderText(values);
    await writeFile(file, text);
    const args = ['--strict', '--kubernetes-version', version, file];
    const run = spawnSync(variables.KUBERNETES_VALIDATE, args, { encoding: 'utf8' });
    const lines = `${run.stdout}${run.stderr}`.split('\n').filter((line) => line !== '');
    // What it has no schema for is held against its own below.
    const custom = new RegExp(`for kind (${Object.keys(customResources).join('|')}) `);
    expect(lines.filter((line) => !/^INFO .* passed /.test(line) && !custom.test(line))).toEqual(
      [],
    );
    expect(lines.filter((line) => line.startsWith('INFO'))).toHaveLength(
      parseResources(text).filter(({ kind }) => !(kind in customResources)).length,
    );
  });
});

const definition = z.object({
  spec: z.object({
    versions: z.array(
      z.object({ name: z.string(), schema: z.object({ openAPIV3Schema: z.looseObject({}) }) }),
    ),
  }),
});

/** The schema as a cluster applies it strictly: what it does not name is refused. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = Object.fromEntries(
    Object.entries(schema).map(([name, value]) => [name, closed(value)]),
  );
  const open = 'additionalProperties' in inner || 'x-kubernetes-preserve-unknown-fields' in inner;
  return 'properties' in inner && !open ? { ...inner, additionalProperties: false } : inner;
}

/** A pattern as Go reads it: its `(?i)` holds to the end. */
function goPattern(pattern: string, flags: string): RegExp {
  return new RegExp(pattern.replace(/\(\?i\)(.*)/, '(?i:$1)'), flags);
}
goPattern.code = 'goPattern';

const ajv = new Ajv({
  strict: false,
  validateFormats: false,
  code: { regExp: goPattern },
});

describe.each(Object.entries(customResources))('%s', (kind, file) => {
  const { versions } = definition.parse(parse(readFileSync(file, 'utf8'))).spec;

  function problemsOf(resource: { apiVersion: string }): unknown {
    const version = resource.apiVersion.split('/')[1];
    const found = versions.find(({ name }) => name === version);
    const validate = ajv.compile(z.looseObject({}).parse(closed(found?.schema.openAPIV3Schema)));
    return validate(resource) ? [] : validate.errors;
  }

  const resources = parseResources(renderText(fullValues).text).filter(
    (resource) => resource.kind === kind,
  );

  test('is what its operator takes', () => {
    expect(resources).not.toEqual([]);
    expect(resources.map(problemsOf)).toEqual(resources.map(() => []));
  });

  test('is held against a schema that knows its fields', () => {
    const [first] = resources;
    const misspelt = { ...first, apiVersion: first?.apiVersion ?? '', spec: { selectr: {} } };
    expect(problemsOf(misspelt)).not.toEqual([]);
  });
});
