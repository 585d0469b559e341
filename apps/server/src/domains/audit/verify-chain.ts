import type { Context } from '../../platform/context.ts';
import type { DatabaseHandle } from '../../platform/database/database.ts';
import { type AuditRow, contentOf, genesisHash, hashLink } from './chain.ts';
import { notedEventRetired } from './errors.ts';
import { findChainHead } from './store.ts';
import {
  findEventAt,
  findRetirement,
  findUnchainedEvent,
  listLinks,
  wasLastRetired,
} from './verify-store.ts';

const linksAtOnce = 500;

export interface ChainHead {
  readonly sequence: number;
  readonly hash: string;
}

export interface BrokenLink {
  readonly sequence: number;
  /**
   * `changed`: it or its hash is not what was recorded; `unexpected`: nothing was recorded there;
   * `rewritten`: the chain holds, but it is not the one whose head was noted.
   */
  readonly reason: 'changed' | 'missing' | 'unexpected' | 'rewritten';
  /** Null where it is missing. */
  readonly event: AuditRow | null;
}

export interface ChainReport {
  /** The last event that was recorded; null where none ever was. */
  readonly head: ChainHead | null;
  readonly checkedEvents: number;
  /** Events that retention has taken. */
  readonly retiredEvents: number;
  /** The first link that does not hold. */
  readonly broken: BrokenLink | null;
}

/**
 * Recomputes every hash of a team's chain, in bounded memory, and answers the first that does not
 * hold. What is recorded meanwhile is left for the next time.
 */
export async function verifyChain({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: { readonly teamId: string };
}): Promise<ChainReport> {
  const head = (await findChainHead(ctx.db, input.teamId)) ?? null;
  const walk = new ChainWalk(ctx.db, input.teamId);
  const broken =
    (await walk.findBrokenLink(head?.sequence ?? 0)) ??
    (head && walk.lastHash !== head.hash
      ? ({ sequence: head.sequence, reason: 'changed', event: walk.lastEvent } as const)
      : null) ??
    describeUnexpected(await findUnchainedEvent(ctx.db, input.teamId));
  const { checkedEvents, retiredEvents } = walk;
  return { head, checkedEvents, retiredEvents, broken };
}

/**
 * Makes a verifier that walks a team's chain once for all who ask meanwhile. With `noted`, a head of
 * earlier, it also tells a chain that was rewritten as a whole. Throws `audit_event_retired`.
 */
export function openChainVerifier() {
  const underWay = new Map<string, Promise<ChainReport>>();
  return async (
    ctx: Context,
    { teamId, noted }: { readonly teamId: string; readonly noted: ChainHead | undefined },
  ): Promise<ChainReport> => {
    const walk =
      underWay.get(teamId) ??
      verifyChain({ ctx, input: { teamId } }).finally(() => underWay.delete(teamId));
    underWay.set(teamId, walk);
    const report = await walk;
    if (report.broken || !noted) return report;
    return { ...report, broken: await compareNoted(ctx.db, teamId, noted, report.head) };
  };
}

async function compareNoted(
  db: DatabaseHandle,
  teamId: string,
  noted: ChainHead,
  head: ChainHead | null,
): Promise<BrokenLink | null> {
  const { sequence } = noted;
  if (sequence > (head?.sequence ?? 0)) return { sequence, reason: 'missing', event: null };
  const event = await findEventAt(db, teamId, sequence);
  if (event) return event.hash === noted.hash ? null : { sequence, reason: 'rewritten', event };
  if (await wasLastRetired(db, teamId, noted)) return null;
  throw notedEventRetired(sequence);
}

function describeUnexpected(event: AuditRow | undefined): BrokenLink | null {
  return event ? { sequence: event.sequence, reason: 'unexpected', event } : null;
}

class ChainWalk {
  readonly #db: DatabaseHandle;
  readonly #teamId: string;
  #next = 1;
  lastHash = genesisHash;
  lastEvent: AuditRow | null = null;
  checkedEvents = 0;
  retiredEvents = 0;

  constructor(db: DatabaseHandle, teamId: string) {
    this.#db = db;
    this.#teamId = teamId;
  }

  async findBrokenLink(lastSequence: number): Promise<BrokenLink | null> {
    for (;;) {
      const links = await listLinks(this.#db, {
        teamId: this.#teamId,
        after: this.lastEvent,
        upTo: lastSequence,
        limit: linksAtOnce,
      });
      for (const event of links) {
        const broken = (await this.#passRetired(event.sequence)) ?? this.#check(event);
        if (broken) return broken;
      }
      if (links.length < linksAtOnce) return this.#passRetired(lastSequence + 1);
    }
  }

  /** Goes on to `sequence` over what retention took; answers the gap where it took nothing. */
  async #passRetired(sequence: number): Promise<BrokenLink | null> {
    while (this.#next < sequence) {
      const retired = await findRetirement(this.#db, this.#teamId, this.#next);
      if (!retired) return { sequence: this.#next, reason: 'missing', event: null };
      if (retired.previous_hash !== this.lastHash) {
        const { lastEvent: event } = this;
        return { sequence: event?.sequence ?? this.#next, reason: 'changed', event };
      }
      this.retiredEvents += retired.last_sequence - retired.first_sequence + 1;
      this.#next = retired.last_sequence + 1;
      this.lastHash = retired.last_hash;
    }
    return null;
  }

  #check(event: AuditRow): BrokenLink | null {
    const { sequence } = event;
    if (sequence !== this.#next) return { sequence, reason: 'unexpected', event };
    const hash = hashLink(this.lastHash, sequence, contentOf(event));
    if (hash !== event.hash) return { sequence, reason: 'changed', event };
    this.#next += 1;
    this.lastHash = hash;
    this.lastEvent = event;
    this.checkedEvents += 1;
    return null;
  }
}
