export { type App, type ContextOf, createHttpApp, type HttpServices } from './app.ts';
export { type Authenticators, sessionCookie } from './credentials.ts';
export { type FormRules, readForm } from './form-body.ts';
export { idempotencyHeaders } from './idempotency-key.ts';
export { describeProblem, toDomainError } from './problem.ts';
export { problems } from './problem-responses.ts';
