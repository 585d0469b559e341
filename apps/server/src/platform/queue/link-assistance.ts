import { type Assistance, OpenOffers } from './assistance.ts';
import type { Frame, OfferFrame } from './frames.ts';

/** A worker's offers on one connection to the api, which knows who has nothing to do. */
export class LinkAssistance {
  readonly #send: (frame: Frame) => void;
  readonly #offers = new OpenOffers<number>();
  readonly #withdrawals = new Map<number, (isFree: boolean) => void>();
  #nextOffer = 1;
  #isClosed = false;

  constructor(send: (frame: Frame) => void) {
    this.#send = send;
  }

  forJob(job: number): Assistance {
    return {
      offer: async (task) => {
        const offer = this.#nextOffer++;
        const made = this.#offers.add(offer);
        if (this.#isClosed) this.#offers.endAll();
        this.#send({ type: 'offer', offer, job, task });
        return {
          made,
          withdraw: () => this.#withdraw(offer),
          drop: () => {
            this.#offers.drop(offer);
            this.#send({ type: 'withdraw', offer });
          },
        };
      },
    };
  }

  receive(frame: OfferFrame): void {
    const { offer } = frame;
    if (frame.type === 'portion') {
      this.#offers.takePortion(offer, frame.bytes);
    } else if (frame.type === 'assisted') {
      this.#offers.end(offer, { computeSeconds: frame.computeSeconds });
    } else if (frame.type === 'withdrawn') {
      if (!frame.begun) this.#offers.drop(offer);
      this.#withdrawals.get(offer)?.(!frame.begun);
      this.#withdrawals.delete(offer);
    } else {
      throw new Error(frame.type);
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#offers.endAll();
    for (const settle of this.#withdrawals.values()) settle(true);
    this.#withdrawals.clear();
  }

  #withdraw(offer: number): Promise<boolean> {
    if (this.#isClosed) return Promise.resolve(true);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#withdrawals.set(offer, resolve);
    this.#send({ type: 'withdraw', offer });
    return promise;
  }
}
