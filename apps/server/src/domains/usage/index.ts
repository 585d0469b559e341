export { RequestAllowances } from './request-allowances.ts';
export { getUsageTotals, recordUsageEvents, type SynthesisUsage } from './service.ts';
export type { UsageTotals } from './store.ts';
