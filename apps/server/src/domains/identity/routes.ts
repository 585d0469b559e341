import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { personOf } from '../../platform/context.ts';
import { DomainError } from '../../platform/errors.ts';
import {
  type App,
  type ContextOf,
  cookieOf,
  isFromOurPage,
  problems,
} from '../../platform/http/index.ts';
import { formatId } from '../../platform/ids.ts';
import { invalidRefreshToken } from './errors.ts';
import { evenly } from './even-answers.ts';
import { endFormerSession } from './former-session.ts';
import { logIn } from './log-in.ts';
import { registerUser } from './register.ts';
import { type AccountServices, anonymous, bodyProblems, shared } from './route-parts.ts';
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
import { getAccount } from './service.ts';
import { logOut, refreshSession } from './sessions.ts';
import { clearTokens, presentTokens, refreshCookie } from './token-replies.ts';

/** A page has nothing to say in the body: its cookies say it. */
const emptyBody = {
  async preValidation(request: FastifyRequest): Promise<void> {
    request.body ??= {};
  },
};

function isRefused(error: unknown): boolean {
  return error instanceof DomainError && error.kind === 'unauthenticated';
}

export function addAccountRoutes(
  app: App,
  contextOf: ContextOf,
  // Read when a request comes: the routes are described without any service.
  services: () => AccountServices,
): void {
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
      const { publicUrl, isBreached } = services();
      const ctx = contextOf(request);
      await evenly(() => registerUser({ ctx, input: request.body, publicUrl, isBreached }));
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
        description:
          'Takes the token of the mailed link, once, and the password that the address was registered with: whoever reads the mail opens no account that somebody else wanted. The user gets a team of their own and a session, as by `POST /v1/auth/login`.',
        body: verifyEmailSchema,
        response: {
          200: {
            description: 'The address is confirmed: a session',
            content: { 'application/json': { schema: tokensSchema } },
          },
          ...problems(
            ...bodyProblems,
            'wrong_password',
            'sso_required',
            'cross_site_request',
            'too_many_attempts',
            'overloaded',
          ),
        },
      },
    },
    async (request, reply) => {
      const toPage = isFromOurPage(request);
      const ctx = contextOf(request);
      const session = await services().confirmSignUp({ ctx, input: request.body });
      await endFormerSession(ctx, request);
      return reply.send(await presentTokens(reply, { session, toPage, services: services() }));
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
            'sso_required',
            'too_many_attempts',
            'overloaded',
          ),
        },
      },
    },
    async (request, reply) => {
      const fromPage = isFromOurPage(request);
      const { box, logInPolicy: policy, accessTokens } = services();
      const ctx = contextOf(request);
      const session = await logIn({ ctx, input: request.body, box, policy, accessTokens });
      await endFormerSession(ctx, request);
      return reply.send(
        await presentTokens(reply, { session, toPage: fromPage, services: services() }),
      );
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
        return await reply.send(
          await presentTokens(reply, { session, toPage: fromPage, services: services() }),
        );
      } catch (error) {
        // What failed for another reason may go well the next time, with the same cookie.
        if (fromPage && isRefused(error)) clearTokens(reply, services());
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
      if (isFromOurPage(request)) clearTokens(reply, services());
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
      const { user, hasPassword, twoFactor } = await getAccount({ ctx });
      const { actor } = ctx;
      return reply.type('application/json').send({
        ...presentUser(user),
        has_password: hasPassword,
        two_factor: twoFactor,
        local_operator: personOf(actor)?.sessionId === undefined,
        team:
          actor.kind === 'user'
            ? {
                id: formatId('team', actor.teamId),
                role: actor.role,
                lacks_second_factor: actor.lacksSecondFactor ?? false,
              }
            : null,
      });
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
          ...problems('invalid_field'),
        },
      },
    },
    async (_request, reply) => {
      reply.header('cache-control', 'public, max-age=300').type('application/json');
      return reply.send(await services().signingKeys.jwks());
    },
  );
}
