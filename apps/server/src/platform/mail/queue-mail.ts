import type { Context } from '../context.ts';
import type { Mail } from './mail.ts';
import { insertMail } from './store.ts';

/** Puts a mail on its way in the transaction of `ctx`: it goes out if and only if that commits. */
export function queueMail(ctx: Context, mail: Mail): Promise<void> {
  return insertMail(ctx.db, mail, ctx.clock.now());
}
