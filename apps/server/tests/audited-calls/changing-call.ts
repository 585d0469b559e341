import type { AccountApp } from '../account-app.ts';
import type { DnsServer } from '../support/dns-server.ts';

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
  dns: DnsServer,
) => Readonly<Record<string, () => Promise<ChangingCall>>>;
