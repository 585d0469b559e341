import type { Clock } from './clock.ts';
import type { DatabaseHandle } from './database/database.ts';
import type { Log } from './log.ts';
import type { SharedCache } from './shared-cache/index.ts';

/** The highest first. */
export const roles = ['owner', 'admin', 'developer', 'viewer'] as const;
export type Role = (typeof roles)[number];

/** What a member may be made: a team has one owner, who hands it over. */
export const guestRoles = ['admin', 'developer', 'viewer'] as const;
export type GuestRole = (typeof guestRoles)[number];

export type KeyMode = 'live' | 'test';

/** What a key may use in a calendar month (UTC); null sets no limit. */
export interface KeyBudget {
  readonly characters: number | null;
  readonly generations: number | null;
}

/** What bounds an actor that sent a client token in place of its maker's credential. */
export interface ClientBounds {
  readonly tokenId: string;
  readonly scopes: readonly string[];
}

/** Who acts. Ids are the UUIDs of the columns; the public form is made at the edge (`ids.ts`). */
export type Actor =
  | {
      readonly kind: 'key';
      readonly teamId: string;
      readonly keyId: string;
      readonly scopes: readonly string[];
      readonly mode: KeyMode;
      /** When the secret that was sent ends; absent where it does not. */
      readonly expiresAtMs?: number | undefined;
      /** Requests a minute, where the key has a limit of its own. */
      readonly requestsPerMinute?: number | undefined;
      /** What it may use in a month; absent where that is not even counted. */
      readonly budget?: KeyBudget | undefined;
      readonly client?: ClientBounds;
    }
  | {
      readonly kind: 'user';
      readonly userId: string;
      readonly teamId: string;
      readonly role: Role;
      /** Absent for the person at this very machine, who did not log in. */
      readonly sessionId?: string;
      readonly logInMethod?: string;
      readonly mustShowSecondFactor?: boolean;
      /** True where the team asks for a second factor and this session has shown none: it may do nothing there. */
      readonly lacksSecondFactor?: boolean;
      readonly client?: ClientBounds;
    }
  /** Somebody who logged in and belongs to no team. */
  | ({ readonly kind: 'person' } & Person)
  | { readonly kind: 'system' };

/** Somebody who logged in, or who sits at the machine and has no session. */
export interface Person {
  readonly userId: string;
  readonly sessionId?: string;
  /** What opened the session: `password`, `passkey`, or who vouched (`google`, the public id of a team). */
  readonly logInMethod?: string;
  /** True where the server asks everybody for a second factor, whatever their team does. */
  readonly mustShowSecondFactor?: boolean;
}

/** The person who acts, in a team or in none; undefined where no person does. */
export function personOf(actor: Actor): Person | undefined {
  return actor.kind === 'user' || actor.kind === 'person' ? actor : undefined;
}

/** What every verb gets beside its input. Inside `withTransaction` `db` is the transaction. */
export interface Context {
  readonly actor: Actor;
  readonly requestId: string;
  /** What a trace calls the request; absent where nothing is traced. */
  readonly traceparent?: string;
  readonly db: DatabaseHandle;
  readonly clock: Clock;
  readonly log: Log;
  readonly ip: string | null;
  readonly userAgent: string | null;
  /** Where answers are kept that a verb may make untrue. Absent in a process that keeps none. */
  readonly cache?: SharedCache;
}

/**
 * Runs `work` in one transaction, whose handle is the `db` of the context it gets. A caller's
 * transaction is joined, so that a verb and the verbs it calls commit or roll back together.
 */
export function withTransaction<T>(ctx: Context, work: (ctx: Context) => Promise<T>): Promise<T> {
  if (ctx.db.isTransaction) return work(ctx);
  return ctx.db.transaction().execute((transaction) => work({ ...ctx, db: transaction }));
}
