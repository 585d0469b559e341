// npm run check:deploy: what is deployed, checked without deploying it. Needs Go and Python, so it
// stays out of npm test.
import { dirname, join } from 'node:path';
import { runChecks } from './checks/run-checks.ts';
import { closeWith } from './close-with.ts';
import { prepareGoTool } from './prepare/go-tools.ts';
import { preparePython, pythonProgram } from './prepare/python-environment.ts';

const tools = join(dirname(import.meta.dirname), '.voiceflow', 'tools');

await closeWith(async () => {
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
  const python = join(tools, 'python');
  preparePython(join(import.meta.dirname, 'python', 'deploy-requirements.txt'), python);
  return runChecks(
    [
      { name: 'GitHub Actions workflow (actionlint)', command: [actionlint] },
      {
        name: 'Dockerfile (hadolint)',
        command: [pythonProgram('hadolint', python), 'deploy/docker/Dockerfile'],
      },
      {
        name: 'compose file (compose-spec schema)',
        command: [composeParser, '-no-interpolation', 'deploy/compose/compose.yaml'],
      },
    ],
    2,
  );
});
