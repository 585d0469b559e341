import type { OfferFrame } from './frames.ts';
import type { WorkerLink } from './worker-link.ts';

export type NewOffer = Extract<OfferFrame, { type: 'offer' }>;

interface OpenOffer {
  readonly lead: WorkerLink;
  readonly offer: NewOffer;
}

/** Brings what one worker offers to one that has nothing to do, and what that makes back. */
export class OfferDesk {
  #waiting: OpenOffer[] = [];
  /** By the worker that makes it. */
  readonly #begun = new Map<WorkerLink, OpenOffer>();

  receive(link: WorkerLink, frame: OfferFrame): void {
    if (frame.type === 'offer') {
      this.#waiting.push({ lead: link, offer: frame });
    } else if (frame.type === 'withdraw') {
      this.#withdraw(link, frame.offer);
    } else if (frame.type === 'portion' || frame.type === 'assisted') {
      this.#passOn(link, frame);
    } else {
      throw new Error(`a worker sent ${frame.type}`);
    }
  }

  /** To be called when no job waits for these. */
  assign(links: Iterable<WorkerLink>): void {
    for (const link of links) {
      if (this.#waiting.length === 0) return;
      if (!link.canAssist) continue;
      const [next] = this.#waiting.splice(0, 1);
      if (!next) return;
      this.#begun.set(link, next);
      link.assist(next.offer);
    }
  }

  close(link: WorkerLink): void {
    this.#waiting = this.#waiting.filter(({ lead }) => lead !== link);
    const begun = this.#begun.get(link);
    this.#begun.delete(link);
    begun?.lead.send({ type: 'assisted', offer: begun.offer.offer, computeSeconds: null });
  }

  #withdraw(lead: WorkerLink, offer: number): void {
    const at = this.#waiting.findIndex((each) => each.lead === lead && each.offer.offer === offer);
    if (at >= 0) this.#waiting.splice(at, 1);
    lead.send({ type: 'withdrawn', offer, begun: at < 0 });
  }

  #passOn(link: WorkerLink, frame: Extract<OfferFrame, { type: 'portion' | 'assisted' }>): void {
    const begun = this.#begun.get(link);
    if (begun?.offer.offer !== frame.offer) throw new Error('a worker made what nobody asked for');
    begun.lead.send(frame);
    if (frame.type !== 'assisted') return;
    this.#begun.delete(link);
    link.isAssisting = false;
    begun.lead.addAssisted(begun.offer.job, frame.computeSeconds ?? 0);
  }
}
