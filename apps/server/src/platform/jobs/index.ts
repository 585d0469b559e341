export { type JobRunner, openJobRunner, type PeriodicJob } from './job-runner.ts';
