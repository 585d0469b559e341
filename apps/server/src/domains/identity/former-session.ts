import type { FastifyRequest } from 'fastify';
import type { Context } from '../../platform/context.ts';
import { cookieOf, isFromOurPage } from '../../platform/http/index.ts';
import { logOut } from './sessions.ts';
import { refreshCookie } from './token-replies.ts';

/** What opens the session that a page has, which a log-in from there ends. */
export function formerTokenOf(request: FastifyRequest): string | undefined {
  return isFromOurPage(request) ? cookieOf(request, refreshCookie) : undefined;
}

/** Ends the session that a page had before a log-in: its cookies are about to be replaced. */
export async function endFormerSession(ctx: Context, request: FastifyRequest): Promise<void> {
  const refreshToken = formerTokenOf(request);
  if (refreshToken === undefined) return;
  await logOut({ ctx, input: { refreshToken, everywhere: false } });
}
