import { z } from 'zod';
import { createId } from '../ids.ts';
import type { Log } from '../log.ts';
import type { RedisClient } from '../redis/index.ts';
import {
  type Assistance,
  type AssistHandler,
  assist,
  type Offer,
  OpenOffers,
} from './assistance.ts';
import type { MessageToWorker } from './job-messages.ts';
import type { Mailbox } from './mailbox.ts';
import { portionsOf } from './portions.ts';

/** Longer than any job leaves an offer; then those of workers that died are gone too. */
const keptMs = 60_000;

const offerSchema = z.object({ offer: z.string(), replyTo: z.string(), task: z.unknown() });

interface RedisAssistanceOptions {
  readonly client: RedisClient;
  readonly mailbox: Mailbox;
  /** The list of offers, in which those are first that were made first. */
  readonly key: string;
  readonly handler: AssistHandler | undefined;
  readonly log: Log;
}

/** Offers between workers of one Redis: they lie in a list, and the work comes to the mailbox. */
export class RedisAssistance {
  readonly #options: RedisAssistanceOptions;
  readonly #offers = new OpenOffers<string>();

  constructor(options: RedisAssistanceOptions) {
    this.#options = options;
  }

  /** @param onAssisted hears how long others computed for the job */
  forJob(onAssisted: (seconds: number) => void): Assistance {
    return {
      offer: async (task) => {
        const offer = await this.#offer(task);
        void offer.made.then((work) => work && onAssisted(work.computeSeconds));
        return offer;
      },
    };
  }

  receive(message: Extract<MessageToWorker, { offer: string }>, bytes: Buffer): void {
    if (message.type === 'portion') {
      this.#offers.takePortion(message.offer, bytes, message.index);
    } else {
      this.#offers.end(message.offer, message);
    }
  }

  /** Makes what was found in the list; or says at once that it cannot, because it has a job to do. */
  async answer(text: string, { isBusy }: { isBusy: boolean }): Promise<void> {
    const { mailbox, handler } = this.#options;
    const { offer, replyTo, task } = offerSchema.parse(JSON.parse(text));
    // Whoever died leaves offers behind.
    if (!(await mailbox.isThere(replyTo))) return;
    const work = isBusy ? undefined : await assist(handler, task);
    const send = (message: MessageToWorker, bytes?: Buffer) =>
      mailbox.send(replyTo, [{ message, ...(bytes ? { bytes } : {}) }]);
    let portions = 0;
    for (const bytes of portionsOf(work?.bytes ?? Buffer.alloc(0))) {
      if (!(await send({ type: 'portion', offer, index: portions }, bytes))) return;
      portions += 1;
    }
    const computeSeconds = work?.computeSeconds ?? null;
    await send({ type: 'assisted', offer, portions, computeSeconds });
  }

  async #offer(task: unknown): Promise<Offer> {
    const { client, key, mailbox, log } = this.#options;
    const offer = createId();
    const made = this.#offers.add(offer);
    const text = JSON.stringify({ offer, replyTo: await mailbox.address(), task });
    const removed = () =>
      client.lRem(key, 1, text).catch((error: unknown) => {
        log.warn({ err: error }, 'an offer could not be withdrawn');
        return 0;
      });
    try {
      await client.multi().rPush(key, text).pExpire(key, keptMs).exec();
    } catch (error) {
      log.warn({ err: error }, 'nothing could be offered to other workers');
      this.#offers.end(offer, { computeSeconds: null });
    }
    return {
      made,
      withdraw: async () => {
        const isFree = (await removed()) === 1;
        if (isFree) this.#offers.drop(offer);
        return isFree;
      },
      drop: () => {
        this.#offers.drop(offer);
        void removed();
      },
    };
  }
}
