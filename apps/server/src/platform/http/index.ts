export { type AnswerOnce, createAnswerOnce, onceProblems } from './answer-once.ts';
export { deleteExpiredAnswers } from './answer-store.ts';
export {
  type AccessWatcher,
  type App,
  type Caller,
  type ContextOf,
  createHttpApp,
  type HttpServices,
  hidden,
  type Readmission,
} from './app.ts';
export { callerSignal } from './caller-signal.ts';
export { type CookieOptions, clearCookie, cookieOf, setCookie } from './cookies.ts';
export { AddressRefusedError, type Authenticators, accessCookie } from './credentials.ts';
export { clientTokenPrefix } from './cross-origin.ts';
export { drain, serverStopping } from './drain.ts';
export { type FormRules, readForm } from './form-body.ts';
export { addHealthRoutes } from './health.ts';
export { idempotencyHeaders, idempotencyKeyReused, idempotencyMs } from './idempotency-key.ts';
export { describeRoutes, openApiDocument } from './openapi.ts';
export { plainPages } from './plain-page.ts';
export { describeProblem, problemSchema, statusOf, toDomainError } from './problem.ts';
export { addProblemPages, explainProblems } from './problem-pages.ts';
export { openAiProblems, problems } from './problem-responses.ts';
export { findUnready } from './readiness.ts';
export { addReferencePage } from './reference-page.ts';
export { callerGoneStatus, type EndedRequest } from './request-endings.ts';
export { type Allowance, networkOf, type RequestLimits } from './request-limits.ts';
export { RequestMetrics } from './request-metrics.ts';
export { isFromOurPage, isLocalBrowser } from './same-origin.ts';
export { describeZodError, wordsFor } from './schema-issue.ts';
export type { SignedRequests, SigningPolicy } from './signed-requests.ts';
export { acceptUrlEncoded } from './url-encoded-body.ts';
export { serveWebApp, type WebAppOptions } from './web-app.ts';
export { openWebSocket } from './web-sockets.ts';
