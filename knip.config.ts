import type { KnipConfig } from 'knip';

const config: KnipConfig = {
  ignoreExportsUsedInFile: { interface: true, type: true },
  workspaces: {
    '.': {
      entry: [
        'scripts/bootstrap.mjs',
        'scripts/{test,verify,check-deploy}.ts',
        'scripts/**/*.test.ts',
      ],
      project: ['scripts/**/*.{ts,mjs}', 'bench/**/*.ts'],
    },
    'apps/server': {
      entry: ['src/{start,api,worker,migrate}.ts', 'src/commands/*.ts', 'migrations/*.ts'],
      project: ['**/*.ts'],
    },
    'apps/web': { entry: ['src/main.tsx'], project: ['src/**/*.{ts,tsx}'] },
    'packages/speech': { entry: ['src/index.ts', 'tools/*.ts'], project: ['**/*.ts'] },
  },
};

export default config;
