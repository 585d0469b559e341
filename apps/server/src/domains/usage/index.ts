export { RequestAllowances } from './request-allowances.ts';
export { getUsageTotals, recordUsageEvents, type SynthesisUsage } from './service.ts';
export { type SpeechAllowance, SpeechAllowances } from './speech-allowances.ts';
export type { UsageTotals } from './store.ts';
export { TeamPlans } from './team-plans.ts';
