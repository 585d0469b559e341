import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';

const root = join(import.meta.dirname, '../../..');
const program = join(root, 'scripts/python/recognise.py');
const python = join(root, '.venv/bin/python');

const scoreSchema = z.object({
  words: z.number(),
  errors: z.number(),
  clips: z.array(
    z.object({
      file: z.string(),
      reference: z.string(),
      text: z.string(),
      words: z.number(),
      errors: z.number(),
    }),
  ),
});
export type RecognitionScore = z.infer<typeof scoreSchema>;

/**
 * Recognises audio files with Whisper base, all in one process, and counts wrong words against what
 * should have been said. Numbers count the same in digits and in words.
 */
export async function scoreSpeech(
  cases: readonly { file: string; reference: string }[],
): Promise<RecognitionScore> {
  const folder = await mkdtemp(join(tmpdir(), 'voiceflow-score-'));
  try {
    const casesFile = join(folder, 'cases.json');
    await writeFile(casesFile, JSON.stringify(cases));
    const { stdout } = await promisify(execFile)(python, [program, '--score', casesFile], {
      maxBuffer: 10_000_000,
    });
    return scoreSchema.parse(JSON.parse(stdout));
  } finally {
    await rm(folder, { recursive: true });
  }
}
