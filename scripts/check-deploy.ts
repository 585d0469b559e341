// npm run check:deploy: what is deployed, checked without deploying it. Needs Go and Python, so it
// stays out of npm test.
import { dirname, join } from 'node:path';
import { runChecks } from './checks/run-checks.ts';
import { closeWith } from './close-with.ts';
import { prepareGoModule, prepareGoTool } from './prepare/go-tools.ts';
import { preparePython, pythonProgram } from './prepare/python-environment.ts';
import { prometheus, requireSystemPackages } from './prepare/system-packages.ts';

const tools = join(dirname(import.meta.dirname), '.voiceflow', 'tools');

/** What the chart cannot know. */
const leastValues = ['--set', 'publicUrl=https://speech.example.com,secrets.name=voiceflow'];

await closeWith(async () => {
  requireSystemPackages([prometheus]);
  const actionlint = prepareGoTool(
    {
      name: 'actionlint',
      package: 'github.com/rhysd/actionlint/cmd/actionlint',
      version: 'v1.7.12',
    },
    tools,
  );
  const composeParser = prepareGoTool(
    {
      name: 'compose-go',
      package: 'github.com/compose-spec/compose-go/v2/cmd',
      version: 'v2.16.2',
    },
    tools,
  );
  const helm = prepareGoTool(
    { name: 'helm', package: 'helm.sh/helm/v4/cmd/helm', version: 'v4.3.1' },
    tools,
  );
  const python = join(tools, 'python');
  preparePython(join(import.meta.dirname, 'python', 'deploy-requirements.txt'), python);
  return runChecks(
    [
      { name: 'GitHub Actions workflow (actionlint)', command: [actionlint] },
      {
        name: 'Dockerfile (hadolint)',
        command: [pythonProgram('hadolint', python), 'deploy/docker/Dockerfile'],
      },
      ...['compose.yaml', 'scale-out.yaml'].map((file) => ({
        name: `${file} (compose-spec schema)`,
        command: [composeParser, '-no-interpolation', file],
        cwd: 'deploy/compose',
      })),
      {
        name: 'Prometheus beside the containers (promtool)',
        command: [
          'promtool',
          'check',
          'config',
          'deploy/compose/prometheus.yml',
          'deploy/compose/prometheus-scale-out.yml',
        ],
      },
      {
        name: 'Helm chart (helm lint)',
        command: [helm, 'lint', '--quiet', '--strict', 'deploy/helm/voiceflow', ...leastValues],
      },
      {
        name: 'Helm chart (its templates, and the schemas of Kubernetes, KEDA and Prometheus)',
        command: ['vitest', 'run', '--config', 'deploy/helm/vitest.config.ts'],
        env: {
          HELM: helm,
          KUBERNETES_VALIDATE: pythonProgram('kubernetes-validate', python),
          KEDA: prepareGoModule('github.com/kedacore/keda/v2', 'v2.21.0'),
          PROMETHEUS_OPERATOR: prepareGoModule(
            'github.com/prometheus-operator/prometheus-operator',
            'v0.85.0',
          ),
        },
      },
    ],
    2,
  );
});
