import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { type RunningServer, startServer } from './running-server.ts';

const schemathesis = join(import.meta.dirname, '../../../.venv/bin/schemathesis');

/**
 * A stranger's 5,000 characters are minutes of speech, and the fuzzer sends hundreds of them. It sees
 * a document with shorter texts; the real limit has tests of its own.
 */
const fuzzedTextLength = 40;

const documentSchema = z.looseObject({
  openapi: z.string(),
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
});

/** The document as served, with the longest texts cut down. */
function shortenTexts(document: string): string {
  return JSON.stringify(JSON.parse(document), (key, value: unknown) =>
    key === 'maxLength' && typeof value === 'number' && value >= 1000 ? fuzzedTextLength : value,
  );
}

let server: RunningServer;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'voiceflow-fuzz-'));
  server = await startServer({ WORKERS: '1', WORKER_THREADS: '2' });
});

afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true });
});

test('the fuzzer finds no server error and no undocumented answer', {
  timeout: 900_000,
}, async () => {
  const served = await (await fetch(`${server.url}/openapi.json`)).text();
  const operations = Object.values(documentSchema.parse(JSON.parse(served)).paths).flatMap((path) =>
    Object.keys(path).filter((key) => ['get', 'post', 'put', 'patch', 'delete'].includes(key)),
  );
  const documentFile = join(folder, 'openapi.json');
  await writeFile(documentFile, shortenTexts(served));
  const junitFile = join(folder, 'report.xml');
  const run = await new Promise<{ code: number | null; output: string }>((resolve) => {
    const child = execFile(
      schemathesis,
      [
        'run',
        documentFile,
        `--url=${server.url}`,
        `--header=Authorization: Bearer ${server.key}`,
        '--checks=not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance',
        '--phases=examples,coverage,fuzzing',
        '--max-examples=15',
        '--request-timeout=60',
        '--seed=1',
        // With more, CPython 3.11 now and then fails itself: "AST constructor recursion depth mismatch".
        '--workers=1',
        '--no-color',
        '--warnings=off',
        '--report=junit',
        `--report-junit-path=${junitFile}`,
      ],
      { cwd: folder, maxBuffer: 100_000_000 },
      (_error, stdout, stderr) => resolve({ code: child.exitCode, output: stdout + stderr }),
    );
  });
  console.log(run.output.slice(-4_000));
  expect(run.code, run.output.slice(-20_000)).toBe(0);
  const tested = await readFile(junitFile, 'utf8');
  expect(operations.length).toBeGreaterThan(5);
  expect(tested.match(/<testcase /g)?.length).toBeGreaterThanOrEqual(operations.length);
});
