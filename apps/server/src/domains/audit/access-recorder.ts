import { LRUCache } from 'lru-cache';
import type { Actor, Context } from '../../platform/context.ts';
import type { AccessWatcher, Caller } from '../../platform/http/index.ts';
import { type AuditEventInput, recordAuditEvent } from './record-event.ts';

const windowMs = 10 * 60 * 1000;
/** Addresses whose refusals are told apart within a window. */
const toldApart = 50;
const rememberedUses = 20_000;
/** Addresses whose use of one key is recorded on one day. */
const addressesPerKey = 100;
const dayMs = 24 * 60 * 60 * 1000;

interface Refusals {
  readonly caller: Caller;
  /** Since the event that its first one made. */
  count: number;
}

/**
 * Records what every request could be an event of, within bounds that no flood can widen, for one
 * process. Refused keys: one event at once for each address and another after ten minutes with the
 * number of those in between, for 50 addresses; all others together are one event. Used keys: the
 * first use from each address on each day (UTC), for 100 addresses of a key; from addresses that it
 * may not be used from in the same way. Nobody waits for it.
 */
export class AccessRecorder implements AccessWatcher {
  readonly #ctx: Context;
  readonly #timer: NodeJS.Timeout;
  readonly #writes = new Set<Promise<void>>();
  #refusals = new Map<string, Refusals>();
  #otherRefusals = 0;
  readonly #days = new LRUCache<string, number>({ max: rememberedUses });
  readonly #addresses = new LRUCache<string, { day: number; count: number }>({
    max: rememberedUses,
  });

  /** `ctx` is the system's own. */
  constructor(ctx: Context) {
    this.#ctx = ctx;
    this.#timer = setInterval(() => this.endWindow(), windowMs).unref();
  }

  keyRefused(caller: Caller): void {
    const known = this.#refusals.get(caller.ip);
    if (known) {
      known.count += 1;
    } else if (this.#refusals.size < toldApart) {
      this.#refusals.set(caller.ip, { caller, count: 0 });
      this.#recordRefusals(caller, 1);
    } else {
      this.#otherRefusals += 1;
    }
  }

  admitted(actor: Actor, caller: Caller): void {
    this.#recordDaily('api_key.used', actor, caller);
  }

  addressRefused(actor: Actor, caller: Caller): void {
    this.#recordDaily('api_key.address_refused', actor, caller);
  }

  #recordDaily(
    eventType: 'api_key.used' | 'api_key.address_refused',
    actor: Actor,
    caller: Caller,
  ): void {
    if (actor.kind !== 'key') return;
    const day = Math.floor(this.#ctx.clock.now().getTime() / dayMs);
    const what = `${eventType} ${actor.keyId}`;
    const use = `${what} ${caller.ip}`;
    if (this.#days.get(use) === day) return;
    this.#days.set(use, day);
    const known = this.#addresses.get(what);
    const count = known?.day === day ? known.count + 1 : 1;
    this.#addresses.set(what, { day, count });
    if (count > addressesPerKey) return;
    this.#record(
      { ...this.#ctx, actor, ...caller },
      {
        eventType,
        teamId: actor.teamId,
        resource: { type: 'api_key', id: actor.keyId },
        success: eventType === 'api_key.used',
      },
    );
  }

  /** Records what was only counted, and starts anew. */
  endWindow(): void {
    for (const { caller, count } of this.#refusals.values()) {
      if (count > 0) this.#recordRefusals(caller, count);
    }
    if (this.#otherRefusals > 0) this.#recordRefusals(undefined, this.#otherRefusals);
    this.#refusals = new Map();
    this.#otherRefusals = 0;
  }

  /** Records what is left and waits for it; call before the database closes. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.endWindow();
    await Promise.all(this.#writes);
  }

  /** Without a caller: those of all addresses that were not told apart. */
  #recordRefusals(caller: Caller | undefined, attempts: number): void {
    this.#record(
      { ...this.#ctx, ...caller },
      {
        eventType: 'authentication.failed',
        teamId: null,
        resource: { type: 'api_key', id: null },
        actor: { kind: 'anonymous' },
        details: { reason: 'invalid_api_key', attempts },
        success: false,
      },
    );
  }

  #record(ctx: Context, input: AuditEventInput): void {
    const write = recordAuditEvent({ ctx, input })
      .catch((error: unknown) => ctx.log.warn({ err: error }, `${input.eventType} not recorded`))
      .finally(() => this.#writes.delete(write));
    this.#writes.add(write);
  }
}
