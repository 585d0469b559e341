import type { Actor, Context } from '../../platform/context.ts';
import { budgetExceeded } from './errors.ts';
import { type Amount, findAmountLeft, releaseAmount, reserveAmount } from './store.ts';

/** What a request may use of the budget of the token that sends it. */
export interface Reservation extends Amount {
  readonly tokenId: string;
}

/** The budgets of client tokens, which all processes share. */
export interface Budgets {
  /** Takes what a request may need. Undefined: its sender has no budget. @throws `client_token_budget_exceeded` */
  reserve(actor: Actor, amount: Amount): Promise<Reservation | undefined>;
  /** Gives back what was not used. A process that dies before leaves it taken. */
  settle(reservation: Reservation | undefined, used: Amount): Promise<void>;
}

/** `ctx`: the system's own context. */
export function openBudgets({ db, log }: Context): Budgets {
  return {
    async reserve(actor, amount) {
      if (!('client' in actor) || !actor.client) return undefined;
      const { tokenId } = actor.client;
      if (await reserveAmount(db, tokenId, amount)) return { tokenId, ...amount };
      const left = await findAmountLeft(db, tokenId);
      const characters = left?.characters ?? 0;
      if (characters < amount.characters) throw budgetExceeded('characters', characters);
      throw budgetExceeded('seconds', left?.audioSeconds ?? 0);
    },
    async settle(reservation, used) {
      if (!reservation) return;
      await releaseAmount(db, reservation.tokenId, {
        characters: reservation.characters - used.characters,
        audioSeconds: reservation.audioSeconds - used.audioSeconds,
      }).catch((error: unknown) => log.warn({ err: error }, 'a budget was not given back'));
    },
  };
}
