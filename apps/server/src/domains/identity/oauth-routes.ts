import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type App, type ContextOf, isFromOurPage, problems } from '../../platform/http/index.ts';
import { connectProfile } from './connections.ts';
import { providerNotFound } from './errors.ts';
import { completeExternalLogIn, logInWithProfile } from './external-log-in.ts';
import { endFormerSession, formerTokenOf } from './former-session.ts';
import type { OAuthProvider } from './oauth-providers.ts';
import {
  beginSignInSchema,
  callbackSchema,
  providerParameters,
  providersSchema,
  secondFactorSchema,
  signInPageSchema,
  tokensWithNextSchema,
} from './oauth-schema.ts';
import { addToPath } from './own-path.ts';
import { type AccountServices, anonymous, bodyProblems, shared } from './route-parts.ts';
import {
  bindToBrowser,
  browserTokenOf,
  type FailedReturn,
  redirectFailed,
  redirectLoggedIn,
  releaseBrowser,
  roundOf,
  stateOf,
} from './sign-in-replies.ts';
import { beginSignIn, type ExternalProfile, endSignIn } from './sign-ins.ts';
import { presentTokens } from './token-replies.ts';

export function providerOf(services: AccountServices, id: string): OAuthProvider {
  const provider = services.oauth.get(id);
  if (!provider) throw providerNotFound();
  return provider;
}

/** Where a provider sends browsers back to: what its console must be told. */
export function callbackUrl(services: AccountServices, { id }: OAuthProvider): string {
  return `${services.publicUrl}/v1/auth/oauth/${id}/callback`;
}

/** Log-in through Google and GitHub. */
export function addOAuthRoutes(
  app: App,
  contextOf: ContextOf,
  services: () => AccountServices,
): void {
  app.get(
    '/v1/auth/providers',
    {
      ...anonymous,
      schema: {
        ...shared,
        operationId: 'listProviders',
        summary: 'List the providers',
        description: 'Through whom one can log in here, beside the password.',
        response: {
          200: {
            description: 'The providers that this server is set up for',
            content: { 'application/json': { schema: providersSchema } },
          },
          ...problems('invalid_field'),
        },
      },
    },
    async (_request, reply) => {
      const data = [...services().oauth.values()].map(({ id, name }) => ({ id, name }));
      return reply.type('application/json').send({ data });
    },
  );

  app.post(
    '/v1/auth/oauth/:provider',
    {
      ...anonymous,
      preValidation: async (request) => {
        request.body ??= {};
      },
      schema: {
        ...shared,
        operationId: 'beginOAuth',
        summary: 'Log in through a provider',
        description:
          'Begins a log-in for the browser that sends this: lead it to the address in the answer. The provider sends it back here, and it arrives at `next`, logged in.',
        params: providerParameters,
        body: beginSignInSchema,
        response: {
          200: {
            description: 'Where to lead the browser',
            content: { 'application/json': { schema: signInPageSchema } },
          },
          ...problems(
            ...bodyProblems,
            'provider_not_found',
            'cross_site_request',
            'too_many_attempts',
            'provider_unavailable',
          ),
        },
      },
    },
    async (request, reply) => {
      const formerToken = formerTokenOf(request);
      const provider = providerOf(services(), request.params.provider);
      const begun = await beginSignIn(contextOf(request), {
        provider: provider.id,
        userId: null,
        next: request.body.next ?? '/',
        formerToken,
      });
      const round = roundOf(begun, callbackUrl(services(), provider));
      const url = await provider.client.authorizationUrl(round);
      bindToBrowser(reply, begun.browserToken, services());
      return reply.type('application/json').send({ url });
    },
  );

  app.get(
    '/v1/auth/oauth/:provider/callback',
    {
      ...anonymous,
      schema: {
        ...shared,
        operationId: 'finishOAuth',
        summary: 'Come back from a provider',
        description:
          'Where a provider sends the browser. Leads on to `next`; to `/log-in?second_factor=required` for an account with a second factor; or to `/log-in?error=…` with the code of what went wrong.',
        params: providerParameters,
        querystring: callbackSchema,
        response: {
          303: z.undefined().describe('Onwards, with cookies that no script can read'),
          ...problems('invalid_field', 'provider_not_found'),
        },
      },
    },
    async (request, reply) => {
      const ctx = contextOf(request);
      const provider = providerOf(services(), request.params.provider);
      let failed: FailedReturn = { provider: provider.id };
      try {
        const begun = {
          state: stateOf(request.query.state),
          browserToken: browserTokenOf(request),
        };
        const signIn = await endSignIn(ctx, { ...begun, provider: provider.id });
        const { userId, next, formerTokenHash } = signIn;
        failed = { ...failed, userId, next };
        const round = roundOf(begun, callbackUrl(services(), provider));
        const profile = await readProfile(provider, request, round);
        if (userId === null) {
          const input = { profile, next, formerTokenHash };
          const logIn = await logInWithProfile({ ctx, input, services: services() });
          return await redirectLoggedIn(reply, logIn, services());
        }
        await connectProfile({ ctx, input: { userId, profile }, publicUrl: services().publicUrl });
        releaseBrowser(reply, services());
        return reply.redirect(addToPath(next, { connected: provider.id }), 303);
      } catch (error) {
        return redirectFailed(reply, error, { ...failed, ctx, services: services() });
      }
    },
  );

  app.post(
    '/v1/auth/second-factor',
    {
      ...anonymous,
      schema: {
        ...shared,
        operationId: 'completeLogIn',
        summary: 'Bring the second factor',
        description:
          'Ends a log-in through a provider, for an account with a second factor. The browser that began it brings its cookie.',
        body: secondFactorSchema,
        response: {
          200: {
            description: 'A session',
            content: { 'application/json': { schema: tokensWithNextSchema } },
          },
          ...problems(
            ...bodyProblems,
            'sign_in_expired',
            'cross_site_request',
            'too_many_attempts',
          ),
        },
      },
    },
    async (request, reply) => {
      const toPage = isFromOurPage(request);
      const ctx = contextOf(request);
      const { session, next } = await completeExternalLogIn({
        ctx,
        input: { browserToken: browserTokenOf(request), code: request.body.code },
        services: services(),
      });
      await endFormerSession(ctx, request);
      releaseBrowser(reply, services());
      const tokens = await presentTokens(reply, { session, toPage, services: services() });
      return reply.send({ ...tokens, next });
    },
  );
}

async function readProfile(
  provider: OAuthProvider,
  request: FastifyRequest,
  round: Parameters<OAuthProvider['client']['readProfile']>[1],
): Promise<ExternalProfile> {
  const query = new URL(request.url, 'http://here.invalid').searchParams;
  const profile = await provider.client.readProfile(query, round);
  return {
    provider: provider.id,
    subject: profile.subject,
    // Only an address that the provider says is theirs: all else could be anybody's.
    email: profile.emailVerified === true ? (profile.email ?? null) : null,
    name: profile.name,
  };
}
