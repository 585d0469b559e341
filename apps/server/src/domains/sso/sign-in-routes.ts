import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type App, acceptUrlEncoded, type ContextOf, problems } from '../../platform/http/index.ts';
import { parseId } from '../../platform/ids.ts';
import {
  bindToBrowser,
  browserTokenOf,
  callbackSchema,
  endHandedOnSignIn,
  endSignIn,
  type FailedReturn,
  formerTokenOf,
  handOnSignIn,
  logInWithProfile,
  receiveSignIn,
  redirectFailed,
  redirectLoggedIn,
  roundOf,
  signInPageSchema,
  stateOf,
} from '../identity/index.ts';
import { ssoNotFound } from './errors.ts';
import { openIdClientOf } from './oidc.ts';
import { readAssertion, samlMetadata } from './saml.ts';
import { assertionSchema, beginSsoSchema, finishSchema, signInParameters } from './schema.ts';
import { type SsoServices, serviceProviderOf } from './services.ts';
import { beginSso, findUsableConnection, vouchedProfile } from './sign-in.ts';

const shared = { tags: ['Single sign-on'], security: [] };
const anonymous = { config: { anonymous: true } } as const;
const onwards = {
  303: z.undefined().describe('Onwards: to `next`, or to the log-in page with what is missing'),
};

/** Logging in through the identity provider of a team. */
export function addSsoSignInRoutes(
  app: App,
  contextOf: ContextOf,
  services: () => SsoServices,
): void {
  /** Runs a step of a log-in; where it fails, the person is led to a page that says why. */
  async function step(
    request: FastifyRequest,
    reply: FastifyReply,
    team: string,
    work: (teamId: string, note: (known: Partial<FailedReturn>) => void) => Promise<FastifyReply>,
  ): Promise<FastifyReply> {
    let failed: FailedReturn = { provider: team };
    try {
      const teamId = parseId('team', team);
      if (teamId === undefined) throw ssoNotFound('team');
      return await work(teamId, (known) => {
        failed = { ...failed, ...known };
      });
    } catch (error) {
      const ctx = contextOf(request);
      return redirectFailed(reply, error, { ...failed, ctx, services: services().accounts });
    }
  }

  app.post(
    '/v1/auth/sso',
    {
      ...anonymous,
      schema: {
        ...shared,
        operationId: 'beginSso',
        summary: 'Log in through a team’s provider',
        description:
          'Begins a log-in for the browser that sends this: lead it to the address in the answer.',
        body: beginSsoSchema,
        response: {
          200: {
            description: 'Where to lead the browser',
            content: { 'application/json': { schema: signInPageSchema } },
          },
          ...problems(
            'invalid_field',
            'body_too_large',
            'unsupported_media_type',
            'cross_site_request',
            'plan_required',
            'sso_not_found',
            'too_many_attempts',
            'provider_unavailable',
          ),
        },
      },
    },
    async (request, reply) => {
      const formerToken = formerTokenOf(request);
      const { email, next = '/' } = request.body;
      const { url, begun } = await beginSso({
        ctx: contextOf(request),
        input: { email, next, formerToken },
        services: services(),
      });
      bindToBrowser(reply, begun.browserToken, services().accounts);
      return reply.type('application/json').send({ url });
    },
  );

  app.get(
    '/v1/auth/sso/:team/callback',
    {
      ...anonymous,
      schema: {
        ...shared,
        operationId: 'finishOidcSso',
        summary: 'Come back from an OpenID provider',
        description: 'Where the provider of a team sends the browser.',
        params: signInParameters,
        querystring: callbackSchema,
        response: { ...onwards, ...problems('invalid_field') },
      },
    },
    (request, reply) =>
      step(request, reply, request.params.team, async (teamId, note) => {
        const ctx = contextOf(request);
        const { team } = request.params;
        const { accounts } = services();
        const state = stateOf(request.query.state);
        const begun = { state, browserToken: browserTokenOf(request) };
        const { next, formerTokenHash } = await endSignIn(ctx, { ...begun, provider: team });
        note({ next });
        const connection = await findUsableConnection(ctx, teamId, 'team');
        if (connection.protocol !== 'oidc') throw ssoNotFound('team');
        const client = await openIdClientOf(connection, services());
        const { oidcRedirectUri } = serviceProviderOf(team, accounts.publicUrl);
        const query = new URL(request.url, 'http://here.invalid').searchParams;
        const answer = await client.readProfile(query, roundOf(begun, oidcRedirectUri));
        const profile = await vouchedProfile(ctx, teamId, answer);
        const input = { profile, next, formerTokenHash };
        const logIn = await logInWithProfile({ ctx, input, services: accounts });
        return redirectLoggedIn(reply, logIn, accounts);
      }),
  );

  app.register(async (scope) => {
    acceptUrlEncoded(scope);
    scope.withTypeProvider<ZodTypeProvider>().post(
      '/v1/auth/sso/:team/acs',
      {
        ...anonymous,
        schema: {
          ...shared,
          operationId: 'receiveSamlAssertion',
          summary: 'Take a SAML assertion',
          description:
            'Where the provider of a team sends the browser with its answer (HTTP-POST). Leads on to the next step, to which the browser brings its cookie.',
          consumes: ['application/x-www-form-urlencoded'],
          params: signInParameters,
          body: assertionSchema,
          response: {
            ...onwards,
            ...problems('invalid_field', 'body_too_large', 'unsupported_media_type'),
          },
        },
      },
      (request, reply) =>
        step(request, reply, request.params.team, async (teamId, note) => {
          const ctx = contextOf(request);
          const { team } = request.params;
          const { SAMLResponse, RelayState } = request.body;
          const state = stateOf(RelayState);
          const received = await receiveSignIn(ctx, { state, provider: team });
          note({ next: received.next });
          const connection = await findUsableConnection(ctx, teamId, 'team');
          if (connection.protocol !== 'saml') throw ssoNotFound('team');
          const provider = serviceProviderOf(team, services().accounts.publicUrl);
          const answer = await readAssertion({ connection, provider, state }, SAMLResponse);
          const profile = await vouchedProfile(ctx, teamId, answer);
          const token = await handOnSignIn(ctx, received, profile);
          reply.header('cache-control', 'no-store');
          return reply.redirect(`/v1/auth/sso/${team}/finish?token=${token}`, 303);
        }),
    );
  });

  app.get(
    '/v1/auth/sso/:team/finish',
    {
      ...anonymous,
      schema: {
        ...shared,
        operationId: 'finishSamlSso',
        summary: 'End a log-in by SAML',
        description: 'The step behind the assertion, with the cookie of the browser that began.',
        params: signInParameters,
        querystring: finishSchema,
        response: { ...onwards, ...problems('invalid_field') },
      },
    },
    (request, reply) =>
      step(request, reply, request.params.team, async (_teamId, note) => {
        const ctx = contextOf(request);
        const { accounts } = services();
        const input = await endHandedOnSignIn(ctx, {
          token: stateOf(request.query.token),
          browserToken: browserTokenOf(request),
          provider: request.params.team,
        });
        note({ next: input.next });
        const logIn = await logInWithProfile({ ctx, input, services: accounts });
        return redirectLoggedIn(reply, logIn, accounts);
      }),
  );

  app.get(
    '/v1/auth/sso/:team/metadata',
    {
      ...anonymous,
      schema: {
        ...shared,
        operationId: 'getSamlMetadata',
        summary: 'SAML metadata',
        description: 'What an identity provider reads of this server, as SAML 2.0 metadata.',
        params: signInParameters,
        response: {
          200: {
            description: 'The metadata',
            content: { 'application/samlmetadata+xml': { schema: z.string() } },
          },
          ...problems('invalid_field'),
        },
      },
    },
    async (request, reply) => {
      const provider = serviceProviderOf(request.params.team, services().accounts.publicUrl);
      return reply
        .type('application/samlmetadata+xml')
        .serializer((xml: unknown) => String(xml))
        .send(await samlMetadata(provider));
    },
  );
}
