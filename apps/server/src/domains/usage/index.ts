export {
  extendBudget,
  releaseAbandonedReservations,
  releaseReservations,
  reserveBudget,
} from './key-budgets.ts';
export { RequestAllowances } from './request-allowances.ts';
export { addUsageRoutes } from './routes.ts';
export { getUsageTotals, recordUsageEvents, type SynthesisUsage } from './service.ts';
export { type SpeechAllowance, SpeechAllowances } from './speech-allowances.ts';
export type { UsageTotals } from './store.ts';
export { TeamPlans } from './team-plans.ts';
