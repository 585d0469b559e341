import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../../platform/context.ts';
import {
  type CookieOptions,
  clearCookie,
  cookieOf,
  setCookie,
  toDomainError,
} from '../../platform/http/index.ts';
import type { Round } from '../../platform/oauth/index.ts';
import { signInExpired } from './errors.ts';
import type { ExternalLogIn } from './external-log-in.ts';
import { recordLogInFailure } from './log-in.ts';
import { addToPath } from './own-path.ts';
import type { AccountServices } from './route-parts.ts';
import { type BegunSignIn, deriveSignInSecret, signInSeconds } from './sign-ins.ts';
import { redirectWithTokens } from './token-replies.ts';

const signInCookie = 'voiceflow_sign_in';
/** The page of the web app that shows what went wrong (`error`) and asks for a code (`second_factor`). */
const logInPage = '/log-in';

/** Lax: it must come along when the provider's page leads back here. */
function cookieOptions({ publicUrl }: AccountServices): CookieOptions {
  const secure = publicUrl.startsWith('https:');
  return { path: '/v1/auth', maxAgeSeconds: signInSeconds, sameSite: 'lax', secure };
}

/** Binds a log-in that goes on elsewhere to this browser. */
export function bindToBrowser(
  reply: FastifyReply,
  browserToken: string,
  services: AccountServices,
): void {
  setCookie(reply, signInCookie, browserToken, cookieOptions(services));
  reply.header('cache-control', 'no-store');
}

export function releaseBrowser(reply: FastifyReply, services: AccountServices): void {
  clearCookie(reply, signInCookie, cookieOptions(services));
}

/** What the browser that began brings. @throws DomainError `sign_in_expired` */
export function browserTokenOf(request: FastifyRequest): string {
  const token = cookieOf(request, signInCookie);
  if (token === undefined) throw signInExpired();
  return token;
}

/** What came back through the provider. @throws DomainError `sign_in_expired` */
export function stateOf(given: string | undefined): string {
  if (given === undefined) throw signInExpired();
  return given;
}

/** What the provider gets to know of a log-in that has begun. */
export function roundOf(begun: BegunSignIn, redirectUri: string): Round {
  return {
    redirectUri,
    state: begun.state,
    codeVerifier: deriveSignInSecret(begun, 'code_verifier'),
    nonce: deriveSignInSecret(begun, 'nonce'),
  };
}

/** Sends the browser on: to where it wanted, or to the page that asks for the second factor. */
export async function redirectLoggedIn(
  reply: FastifyReply,
  logIn: ExternalLogIn,
  services: AccountServices,
): Promise<FastifyReply> {
  const { next } = logIn;
  if (logIn.kind === 'session') {
    releaseBrowser(reply, services);
    return redirectWithTokens(reply, { session: logIn.session, next, services });
  }
  bindToBrowser(reply, logIn.browserToken, services);
  return reply.redirect(addToPath(logInPage, { second_factor: 'required', next }), 303);
}

/** Where a person was when their browser came back with something that cannot be taken. */
export interface FailedReturn {
  readonly provider: string;
  /** Known once the state was. */
  readonly next?: string | undefined;
  /** Who was connecting an account, and goes back to the page where they did. */
  readonly userId?: string | null | undefined;
}

/** A person sees a page, not a problem document: the code is in its address. */
export async function redirectFailed(
  reply: FastifyReply,
  error: unknown,
  failed: FailedReturn & { readonly ctx: Context; readonly services: AccountServices },
): Promise<FastifyReply> {
  const { ctx, provider, next, userId, services } = failed;
  const known = toDomainError(error);
  const code = known?.code ?? 'internal_error';
  if (known) ctx.log.info({ code, provider, err: known.cause }, 'a log-in elsewhere failed');
  else ctx.log.error({ provider, err: error }, 'a log-in elsewhere failed');
  // Without a log-in that had begun, anybody could fill the audit log.
  if (next !== undefined && !userId) {
    await recordLogInFailure(ctx, { userId: null, method: provider, reason: code });
  }
  releaseBrowser(reply, services);
  const told = { error: code, provider };
  const page =
    userId && next !== undefined
      ? addToPath(next, told)
      : addToPath(logInPage, next === undefined ? told : { ...told, next });
  return reply.header('cache-control', 'no-store').redirect(page, 303);
}
