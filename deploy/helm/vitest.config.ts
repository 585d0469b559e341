import { defineConfig } from 'vitest/config';

/** Needs Helm and Python's kubernetes-validate: run by npm run check:deploy, which brings them. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['tests/*.test.ts'],
    testTimeout: 120_000,
  },
});
