export { type Budgets, openBudgets, type Reservation } from './budgets.ts';
export { ClientTokens } from './client-tokens.ts';
export { addClientTokenRoutes } from './routes.ts';
export { deleteExpiredClientTokens } from './service.ts';
