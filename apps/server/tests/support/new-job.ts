import type { NewJob } from '../../src/platform/queue/job-store.ts';

let jobs = 0;

/** A job for the queue with an id of its own, which is one like any other unless something is said. */
export function newJob(job: Partial<NewJob> = {}): NewJob {
  jobs += 1;
  return {
    id: `job-${jobs}`,
    tenant: 'team-1',
    tier: 'paid',
    weight: 1,
    cost: 1,
    payload: { number: jobs },
    maxOpen: 10_000,
    queueTimeoutMs: 60_000,
    runTimeoutMs: 300_000,
    ...job,
  };
}
