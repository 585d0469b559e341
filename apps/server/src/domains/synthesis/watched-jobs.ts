import { z } from 'zod';
import type { Log } from '../../platform/log.ts';
import { type JobHandler, JobRejected } from '../../platform/queue/index.ts';
import { synthesisJobSchema } from './job.ts';

const jobSchema = z.object({ requestId: z.string() });

/** How log lines name the request that a job of the queue was made for. */
export function requestOf(payload: unknown): { request_id?: string } {
  const job = jobSchema.safeParse(payload);
  return job.success ? { request_id: job.data.requestId } : {};
}

/** Logs how each job ends. */
export function watchJobs(handler: JobHandler, log: Log): JobHandler {
  return async function* watched(payload, signal) {
    const startedMs = performance.now();
    const { spec } = synthesisJobSchema.parse(payload);
    const fields = () => ({
      ...requestOf(payload),
      voice: spec.voice,
      format: spec.format,
      ms: Math.round(performance.now() - startedMs),
    });
    let over = false;
    try {
      yield* handler(payload, signal);
      over = true;
      log.info(fields(), 'speech made');
    } catch (error) {
      over = true;
      if (error instanceof JobRejected)
        log.info({ ...fields(), code: error.code }, 'speech refused');
      else if (!signal.aborted) log.warn({ ...fields(), err: error }, 'speech failed');
      else log.info(fields(), 'speech given up');
      throw error;
    } finally {
      if (!over) log.info(fields(), 'speech given up');
    }
  };
}
