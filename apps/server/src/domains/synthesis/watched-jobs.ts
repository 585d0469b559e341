import { z } from 'zod';
import type { Log } from '../../platform/log.ts';
import { type AssistHandler, type JobHandler, JobRejected } from '../../platform/queue/index.ts';
import type { Tracer } from '../../platform/tracing/index.ts';
import { type SynthesisJob, synthesisJobSchema } from './job.ts';
import { pieceOrderSchema } from './piece-work.ts';

const jobSchema = z.object({ requestId: z.string() });

/** How log lines name the request that a job of the queue was made for. */
export function requestOf(payload: unknown): { request_id?: string } {
  const job = jobSchema.safeParse(payload);
  return job.success ? { request_id: job.data.requestId } : {};
}

/** Logs how each job ends, and traces it as a part of its request. */
export function watchJobs(
  handler: JobHandler,
  { log, tracer }: { log: Log; tracer: Tracer | undefined },
): JobHandler {
  return async function* watched(payload, signal, assistance) {
    const startedMs = performance.now();
    const job = synthesisJobSchema.parse(payload);
    const { spec, traceparent: parent } = job;
    const span = tracer?.start('make speech', {
      parent,
      kind: 'consumer',
      attributes: { 'voiceflow.voice': spec.voice, 'voiceflow.format': spec.format },
    });
    const tell = (ending: string, more: object = {}, level: 'info' | 'warn' = 'info') => {
      const { voice, format } = spec;
      const ms = Math.round(performance.now() - startedMs);
      log[level]({ ...requestOf(payload), voice, format, ms, ...more }, `speech ${ending}`);
      span?.end({ failed: level === 'warn', attributes: { 'voiceflow.ending': ending } });
    };
    // Left as it is when the queue wants no more of it.
    let end = () => tell('given up');
    // What others make of it is a part of this.
    const traced: SynthesisJob = span ? { ...job, traceparent: span.traceparent } : job;
    try {
      yield* handler(traced, signal, assistance);
      end = () => tell('made');
    } catch (error) {
      if (error instanceof JobRejected) end = () => tell('refused', { code: error.code });
      else if (!signal.aborted) end = () => tell('failed', { err: error }, 'warn');
      throw error;
    } finally {
      end();
    }
  };
}

/** Traces what is made here for another worker, as a part of the speech that it belongs to. */
export function watchPieces(handler: AssistHandler, tracer: Tracer | undefined): AssistHandler {
  if (!tracer) return handler;
  return async (task) => {
    const { traceparent: parent, index, voice } = pieceOrderSchema.parse(task);
    if (parent === undefined) return handler(task);
    const span = tracer.start('make piece', {
      parent,
      kind: 'consumer',
      attributes: {
        'voiceflow.voice': voice,
        ...(index === undefined ? {} : { 'voiceflow.piece': index }),
      },
    });
    let failed = true;
    try {
      const bytes = await handler(task);
      failed = false;
      return bytes;
    } finally {
      span.end({ failed });
    }
  };
}
