import type { AccountApp } from '../account-app.ts';

/** A call of a route that changes something. */
export interface ChangingCall {
  /** Where the path differs from the route's. */
  readonly path?: string;
  readonly body?: unknown;
  readonly credential?: string;
  readonly cookie?: string;
}

/** What prepares a call of each route that changes something, as `METHOD /path` names it. */
export type AuditedCalls = (
  server: AccountApp,
) => Readonly<Record<string, () => Promise<ChangingCall>>>;
