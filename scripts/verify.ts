// npm run verify: everything that can be said of the source without running the product.
import { dirname } from 'node:path';
import { checkImports } from './checks/import-rules.ts';
import { runChecks } from './checks/run-checks.ts';
import { checkLockFile, checkNames, listFiles } from './checks/source-rules.ts';
import { closeWith } from './close-with.ts';

const root = dirname(import.meta.dirname);
const files = listFiles(root);

/** What is known from the run before is kept: a small change is checked in an eighth of the time. */
function checkTypes(project: string, name: string): string[] {
  const known = `node_modules/.cache/types/${name}.tsbuildinfo`;
  return ['tsc', '-p', project, '--noEmit', '--incremental', '--tsBuildInfoFile', known];
}

async function findImportProblems(): Promise<string[]> {
  const { moduleCount, violations } = await checkImports(root);
  return moduleCount === 0 ? ['dependency-cruiser saw no module'] : violations;
}

await closeWith(() =>
  runChecks(
    [
      { name: 'format and lint', command: ['biome', 'check', '--error-on-warnings'] },
      { name: 'types', command: checkTypes('tsconfig.json', 'server') },
      { name: 'types of the web app', command: checkTypes('apps/web/tsconfig.json', 'web') },
      { name: 'import rules', find: findImportProblems },
      { name: 'file names', find: () => checkNames(files) },
      { name: 'lock file', find: () => checkLockFile(root, files) },
      { name: 'dead code', command: ['knip'] },
      {
        name: 'OpenAPI document is of these routes',
        command: ['node', 'apps/server/src/openapi.ts', '--check'],
      },
      {
        name: 'OpenAPI document (redocly)',
        command: ['redocly', 'lint', '--max-problems=50', 'openapi/voiceflow.yaml'],
        env: { REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
      },
      {
        name: 'settings page is of these settings',
        command: ['node', 'apps/server/src/commands/docs-settings.ts', '--check'],
      },
      {
        name: 'errors page is of these codes',
        command: ['node', 'apps/server/src/commands/docs-errors.ts', '--check'],
      },
      {
        name: 'roles page is of these permissions',
        command: ['node', 'apps/server/src/commands/docs-roles.ts', '--check'],
      },
      {
        name: 'schema of the Helm values is of these settings',
        command: ['node', 'deploy/helm/values-schema.ts', '--check'],
      },
      {
        name: 'dashboard is of its source',
        command: ['node', 'scripts/dashboards.ts', '--check'],
      },
      {
        name: 'migrations lock no large table',
        command: ['node', 'apps/server/src/commands/check-migrations.ts'],
      },
    ],
    2,
  ),
);
