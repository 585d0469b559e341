import type { FastifyReply } from 'fastify';
import {
  accessCookie,
  type CookieOptions,
  clearCookie,
  setCookie,
} from '../../platform/http/index.ts';
import { type AccessTokens, accessTokenSeconds } from './access-tokens.ts';
import { type OpenSession, refreshTokenSeconds } from './sessions.ts';

export const refreshCookie = 'voiceflow_refresh';

interface TokenServices {
  readonly accessTokens: AccessTokens;
  readonly publicUrl: string;
}

function cookieOptions(path: string, { publicUrl }: TokenServices): CookieOptions {
  const secure = publicUrl.startsWith('https:');
  // A page that comes with an expired access token is told so: its cookie lasts as long as the other.
  return { path, maxAgeSeconds: refreshTokenSeconds, sameSite: 'strict', secure };
}

/** The answer that hands a session out: with its tokens for a program, beside cookies for a page of ours. */
export async function presentTokens(
  reply: FastifyReply,
  options: {
    readonly session: OpenSession;
    readonly toPage: boolean;
    readonly services: TokenServices;
  },
) {
  const { session, toPage, services } = options;
  const access = session.accessToken ?? (await services.accessTokens.issue(session));
  const answer = { token_type: 'Bearer' as const, expires_in: accessTokenSeconds };
  reply.header('cache-control', 'no-store').type('application/json');
  if (!toPage) {
    return { ...answer, access_token: access, refresh_token: session.refreshToken };
  }
  setTokenCookies(reply, session, access, services);
  return answer;
}

/** Sends a page of ours, logged in, to a path of this server. */
export async function redirectWithTokens(
  reply: FastifyReply,
  options: {
    readonly session: OpenSession;
    readonly next: string;
    readonly services: TokenServices;
  },
): Promise<FastifyReply> {
  const { session, next, services } = options;
  setTokenCookies(reply, session, await services.accessTokens.issue(session), services);
  return reply.header('cache-control', 'no-store').redirect(next, 303);
}

function setTokenCookies(
  reply: FastifyReply,
  session: OpenSession,
  access: string,
  services: TokenServices,
): void {
  setCookie(reply, accessCookie, access, cookieOptions('/', services));
  setCookie(reply, refreshCookie, session.refreshToken, cookieOptions('/v1/auth', services));
}

/** Makes a page forget its tokens. */
export function clearTokens(reply: FastifyReply, services: TokenServices): void {
  clearCookie(reply, accessCookie, cookieOptions('/', services));
  clearCookie(reply, refreshCookie, cookieOptions('/v1/auth', services));
}
