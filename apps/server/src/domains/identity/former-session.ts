import type { FastifyRequest } from 'fastify';
import type { Context } from '../../platform/context.ts';
import { cookieOf } from '../../platform/http/index.ts';
import { logOut } from './sessions.ts';
import { refreshCookie } from './token-replies.ts';

/** Ends the session that a page had before a log-in: its cookies are about to be replaced. */
export async function endFormerSession(ctx: Context, request: FastifyRequest): Promise<void> {
  const refreshToken = cookieOf(request, refreshCookie);
  if (refreshToken === undefined) return;
  await logOut({ ctx, input: { refreshToken, everywhere: false } });
}
