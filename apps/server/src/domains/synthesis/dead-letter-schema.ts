import { z } from 'zod';
import { pageSize } from '../../platform/decimal-text.ts';
import { formatId, parseId } from '../../platform/ids.ts';
import type { DeadLetterRow } from './dead-letter-store.ts';
import { type SynthesisJob, synthesisJobSchema } from './job.ts';
import { countCharacters } from './speech-text.ts';

export const deadLetterIdSchema = z
  .string()
  .transform((text, issues) => {
    const id = parseId('deadLetter', text);
    if (id !== undefined) return id;
    issues.addIssue('must be the id of a dead letter (dead_…)');
    return z.NEVER;
  })
  .meta({ type: 'string', example: 'dead_01jd3x5qf8e5v9b1m2n3p4q5r6' });

const idSchema = z.string().meta({ example: 'dead_01jd3x5qf8e5v9b1m2n3p4q5r6' });

const failureSchema = z.object({
  cause: z
    .enum(['error', 'worker_lost', 'hopeless', 'refused'])
    .describe('`hopeless`: another attempt would have ended alike.'),
  reason: z.string().meta({ example: 'Error: the model could not be run' }),
  failed_at: z.iso.datetime(),
});

const deadLetterFields = {
  id: idSchema,
  team_id: z.string().nullable().describe("Null: a voice's preview, which belongs to no team."),
  team_name: z.string().nullable().meta({ example: 'Voices of Babbage' }),
  tier: z.string().meta({ example: 'free' }),
  request_id: z.string().nullable().meta({ example: 'req_5f0c2d3b9a1e4c7f8d6b2a1c3e5f7a9b' }),
  voice: z.string().nullable().meta({ example: 'af_heart' }),
  characters: z.int().nullable().meta({ example: 57 }),
  attempts: z.int().meta({ example: 3 }),
  reason: z.string().describe('Why the last attempt failed.'),
  queued_at: z.iso.datetime(),
  died_at: z.iso.datetime(),
};

export const deadLetterSchema = z.object(deadLetterFields).meta({ id: 'DeadLetter' });

export const openedDeadLetterSchema = z
  .object({
    ...deadLetterFields,
    failures: z.array(failureSchema).describe('One for each attempt.'),
    payload: z.unknown().describe("The request as the worker got it, with the customer's text."),
  })
  .meta({ id: 'OpenedDeadLetter' });

export const listDeadLettersSchema = z.strictObject({
  limit: pageSize(),
  cursor: deadLetterIdSchema.optional().describe('The `next_cursor` of the page before.'),
});

export const deadLetterPageSchema = z
  .object({ data: z.array(deadLetterSchema), next_cursor: idSchema.nullable() })
  .meta({ id: 'DeadLetterPage' });

export const replayedSchema = z
  .object({
    id: idSchema,
    audio_seconds: z.number().describe('Of the speech, which now lies in the cache of its team.'),
  })
  .meta({ id: 'ReplayedDeadLetter' });

export const purgedSchema = z.object({ deleted: z.int() }).meta({ id: 'PurgedDeadLetters' });

const storedFailuresSchema = z.array(
  z.object({ cause: failureSchema.shape.cause, reason: z.string(), failedAtMs: z.number() }),
);

/** The job of a letter; undefined where an earlier version wrote it in another form. */
export function jobOf({ payload }: DeadLetterRow): SynthesisJob | undefined {
  return synthesisJobSchema.safeParse(JSON.parse(payload)).data;
}

/** The letter as lists show it: without the text. */
export function presentDeadLetter(row: DeadLetterRow): z.output<typeof deadLetterSchema> {
  const failures = storedFailuresSchema.parse(JSON.parse(row.failures));
  const job = jobOf(row);
  return {
    id: formatId('deadLetter', row.id),
    team_id: row.team_id === null ? null : formatId('team', row.team_id),
    team_name: row.team_name,
    tier: row.tier,
    request_id: job?.requestId ?? null,
    voice: job?.spec.voice ?? null,
    characters: job ? countCharacters(job.spec.text) : null,
    attempts: failures.length,
    reason: failures.at(-1)?.reason ?? '',
    queued_at: row.queued_at.toISOString(),
    died_at: row.died_at.toISOString(),
  };
}

export function presentOpenedDeadLetter(
  row: DeadLetterRow,
): z.output<typeof openedDeadLetterSchema> {
  const failures = storedFailuresSchema.parse(JSON.parse(row.failures));
  return {
    ...presentDeadLetter(row),
    failures: failures.map(({ cause, reason, failedAtMs }) => ({
      cause,
      reason,
      failed_at: new Date(failedAtMs).toISOString(),
    })),
    payload: JSON.parse(row.payload),
  };
}
