import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';

/** Their time does not show in their size. */
const longest = ['openapi-fuzz', 'recognition', 'killed-processes', 'scale-out', 'quality-gate'];

/** Small files that take minutes come first, so that none of them runs alone at the end. */
class LongestFirst extends BaseSequencer {
  override async sort(
    ...[files]: Parameters<BaseSequencer['sort']>
  ): ReturnType<BaseSequencer['sort']> {
    const isLong = ({ moduleId }: (typeof files)[number]) =>
      longest.some((name) => moduleId.endsWith(`/${name}.test.ts`));
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    include: ['{apps,packages,bench,scripts}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    globalSetup: ['apps/web/tests/build-web-app.ts'],
    // A guard against hanging, not a measure of speed: two heavy files may share two slow cores.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 100_000 } },
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
  },
});
