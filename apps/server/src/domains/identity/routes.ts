import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Context } from '../../platform/context.ts';
import {
  type App,
  accessCookie,
  type ContextOf,
  type CookieOptions,
  clearCookie,
  cookieOf,
  isFromOurPage,
  problems,
  setCookie,
} from '../../platform/http/index.ts';
import { formatId } from '../../platform/ids.ts';
import { type AccessTokens, accessTokenSeconds } from './access-tokens.ts';
import { invalidRefreshToken, userOnly } from './errors.ts';
import { logIn } from './log-in.ts';
import { registerUser } from './register.ts';
import {
  acceptedSchema,
  jwksSchema,
  logInSchema,
  logOutSchema,
  meSchema,
  presentUser,
  refreshSchema,
  registerSchema,
  tokensSchema,
  verifyEmailSchema,
} from './schema.ts';
import { getMe } from './service.ts';
import { logOut, type OpenSession, refreshSession, refreshTokenSeconds } from './sessions.ts';
import type { SigningKeys } from './signing-keys.ts';

const refreshCookie = 'voiceflow_refresh';
/** Answers that must not show by their time whether an account exists come no sooner than this. */
const evenAnswerMs = 400;

export interface AccountServices {
  readonly accessTokens: AccessTokens;
  readonly signingKeys: SigningKeys;
  /** Without a slash at the end. */
  readonly publicUrl: string;
  /** What follows once the address of a new user is proven. */
  readonly confirmSignUp: (call: {
    readonly ctx: Context;
    readonly input: { readonly token: string };
  }) => Promise<void>;
}

const anonymous = { config: { anonymous: true } } as const;
/** A page has nothing to say in the body: its cookies say it. */
const emptyBody = {
  async preValidation(request: FastifyRequest): Promise<void> {
    request.body ??= {};
  },
};
const shared = { tags: ['Accounts'], security: [] };
const bodyProblems = ['invalid_field', 'body_too_large', 'unsupported_media_type'] as const;

export function addAccountRoutes(
  app: App,
  contextOf: ContextOf,
  // Read when a request comes: the routes are described without any service.
  services: () => AccountServices,
): void {
  function cookieOptions(path: string): CookieOptions {
    const secure = services().publicUrl.startsWith('https:');
    return { path, maxAgeSeconds: refreshTokenSeconds, sameSite: 'strict', secure };
  }
  // A page that comes with an expired access token is told so: its cookie lasts as long as the other.
  const accessOptions = () => cookieOptions('/');
  const refreshOptions = () => cookieOptions('/v1/auth');

  async function handOut(fromPage: boolean, reply: FastifyReply, session: OpenSession) {
    const access = await services().accessTokens.issue(session);
    const answer = { token_type: 'Bearer' as const, expires_in: accessTokenSeconds };
    reply.header('cache-control', 'no-store').type('application/json');
    if (!fromPage) {
      return reply.send({ ...answer, access_token: access, refresh_token: session.refreshToken });
    }
    setCookie(reply, accessCookie, access, accessOptions());
    setCookie(reply, refreshCookie, session.refreshToken, refreshOptions());
    return reply.send(answer);
  }

  function takeBack(reply: FastifyReply): void {
    clearCookie(reply, accessCookie, accessOptions());
    clearCookie(reply, refreshCookie, refreshOptions());
  }

  /** What a page carries in its cookie and a program in its body. */
  function refreshTokenOf(request: FastifyRequest, given: string | undefined): string | undefined {
    return isFromOurPage(request) ? cookieOf(request, refreshCookie) : given;
  }

  app.post(
    '/v1/auth/register',
    {
      ...anonymous,
      schema: {
        ...shared,
        operationId: 'register',
        summary: 'Register',
        description:
          'Mails a link that confirms the address. An address that has an account is mailed that it has; the answer is the same.',
        body: registerSchema,
        response: {
          202: {
            description: 'A mail is on its way',
            content: { 'application/json': { schema: acceptedSchema } },
          },
          ...problems(...bodyProblems, 'cross_site_request', 'too_many_attempts', 'overloaded'),
        },
      },
    },
    async (request, reply) => {
      isFromOurPage(request);
      const even = sleep(evenAnswerMs);
      const { publicUrl } = services();
      await registerUser({ ctx: contextOf(request), input: request.body, publicUrl });
      await even;
      return reply.code(202).type('application/json').send({ status: 'mail_sent' });
    },
  );

  app.post(
    '/v1/auth/verify-email',
    {
      ...anonymous,
      schema: {
        ...shared,
        operationId: 'verifyEmail',
        summary: 'Confirm an address',
        description: 'Takes the token of the mailed link, once. The user gets a team of their own.',
        body: verifyEmailSchema,
        response: {
          204: z.undefined().describe('The address is confirmed; log in'),
          ...problems(...bodyProblems, 'cross_site_request'),
        },
      },
    },
    async (request, reply) => {
      isFromOurPage(request);
      await services().confirmSignUp({ ctx: contextOf(request), input: request.body });
      return reply.code(204).send();
    },
  );

  app.post(
    '/v1/auth/login',
    {
      ...anonymous,
      schema: {
        ...shared,
        operationId: 'logIn',
        summary: 'Log in',
        description:
          'A program gets its tokens in the answer. A page of this server gets them as cookies that no script can read.',
        body: logInSchema,
        response: {
          200: {
            description: 'A session',
            content: { 'application/json': { schema: tokensSchema } },
          },
          ...problems(
            ...bodyProblems,
            'invalid_credentials',
            'email_not_verified',
            'too_many_attempts',
            'overloaded',
          ),
        },
      },
    },
    async (request, reply) => {
      const fromPage = isFromOurPage(request);
      const session = await logIn({ ctx: contextOf(request), input: request.body });
      return handOut(fromPage, reply, session);
    },
  );

  app.post(
    '/v1/auth/refresh',
    {
      ...anonymous,
      ...emptyBody,
      schema: {
        ...shared,
        operationId: 'refresh',
        summary: 'Refresh the tokens',
        description:
          'Exchanges a refresh token for new tokens. Each is good once: whoever brings one a second time ends the session, since somebody else may have it.',
        body: refreshSchema,
        response: {
          200: {
            description: 'The next tokens',
            content: { 'application/json': { schema: tokensSchema } },
          },
          ...problems(...bodyProblems, 'invalid_refresh_token', 'cross_site_request'),
        },
      },
    },
    async (request, reply) => {
      const fromPage = isFromOurPage(request);
      const refreshToken = refreshTokenOf(request, request.body.refresh_token);
      try {
        if (refreshToken === undefined) throw invalidRefreshToken();
        const session = await refreshSession({ ctx: contextOf(request), input: { refreshToken } });
        return await handOut(fromPage, reply, session);
      } catch (error) {
        if (fromPage) takeBack(reply);
        throw error;
      }
    },
  );

  app.post(
    '/v1/auth/logout',
    {
      ...anonymous,
      ...emptyBody,
      schema: {
        ...shared,
        operationId: 'logOut',
        summary: 'Log out',
        description:
          'Ends the session of a refresh token, or all sessions of its account. Access tokens of an ended session stop working at once.',
        body: logOutSchema,
        response: {
          204: z.undefined().describe('The session is over, or was already'),
          ...problems(...bodyProblems, 'cross_site_request'),
        },
      },
    },
    async (request, reply) => {
      const { everywhere } = request.body;
      const refreshToken = refreshTokenOf(request, request.body.refresh_token);
      if (refreshToken !== undefined) {
        await logOut({ ctx: contextOf(request), input: { refreshToken, everywhere } });
      }
      if (isFromOurPage(request)) takeBack(reply);
      return reply.code(204).send();
    },
  );

  app.get(
    '/v1/me',
    {
      schema: {
        operationId: 'getMe',
        tags: ['Accounts'],
        summary: 'Who am I',
        description: 'The person who calls, and the team in which they act.',
        security: [{ AccessToken: [] }],
        response: {
          200: {
            description: 'The account',
            content: { 'application/json': { schema: meSchema } },
          },
          ...problems('invalid_field', 'missing_credential', 'user_required'),
        },
      },
    },
    async (request, reply) => {
      const ctx = contextOf(request);
      const user = await getMe({ ctx });
      if (ctx.actor.kind !== 'user') throw userOnly();
      const team = { id: formatId('team', ctx.actor.teamId), role: ctx.actor.role };
      return reply.type('application/json').send({ ...presentUser(user), team });
    },
  );

  app.get(
    '/.well-known/jwks.json',
    {
      schema: {
        ...shared,
        operationId: 'getSigningKeys',
        summary: 'Signing keys',
        description: 'The public keys of the access tokens, as a JSON Web Key Set (RFC 7517).',
        response: {
          200: {
            description: 'The keys whose signatures may be met',
            content: { 'application/json': { schema: jwksSchema } },
          },
        },
      },
    },
    async (_request, reply) => {
      reply.header('cache-control', 'public, max-age=300').type('application/json');
      return reply.send(await services().signingKeys.jwks());
    },
  );
}
