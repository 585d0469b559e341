// npm test: prepares what the tests need, then runs them all.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { Tally } from './checks/run-checks.ts';
import { closeWith } from './close-with.ts';
import { prepareModels } from './prepare/models.ts';
import { preparePython } from './prepare/python-environment.ts';
import {
  chromium,
  curl,
  prometheus,
  redis,
  requireSystemPackages,
} from './prepare/system-packages.ts';

const vitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.unknown()) })),
});

/** Runs vitest and counts; a file that could not be loaded counts as one failed test. */
function runVitest(args: readonly string[]): Tally {
  const folder = mkdtempSync(join(tmpdir(), 'voiceflow-tests-'));
  const reportFile = join(folder, 'report.json');
  try {
    const run = spawnSync(
      'vitest',
      ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`, ...args],
      { stdio: 'inherit' },
    );
    const report = vitestReport.parse(JSON.parse(readFileSync(reportFile, 'utf8')));
    const brokenFiles = report.testResults.filter(
      (file) => file.status === 'failed' && file.assertionResults.length === 0,
    );
    const failed = report.numFailedTests + brokenFiles.length;
    return {
      passed: report.numPassedTests,
      failed: failed === 0 && run.status !== 0 ? 1 : failed,
      skipped: report.numPendingTests + report.numTodoTests,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

await closeWith(async () => {
  requireSystemPackages([chromium, curl, prometheus, redis]);
  preparePython(join(import.meta.dirname, 'python', 'requirements.txt'));
  await prepareModels();
  return runVitest(process.argv.slice(2));
});
