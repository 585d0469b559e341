import type { FastifyReply } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import {
  type App,
  acceptUrlEncoded,
  type ContextOf,
  isFromOurPage,
  problems,
  toDomainError,
} from '../../platform/http/index.ts';
import { approveDevice, denyDevice, findDevice } from './approve-device.ts';
import {
  deviceCodeSchema,
  deviceGrantType,
  deviceSchema,
  exchangeDeviceSchema,
  oauthErrorSchema,
  presentDevice,
  requestDeviceSchema,
  userCodeParams,
  userCodeSchema,
} from './device-schema.ts';
import {
  type DeviceRefusal,
  deviceCodeSeconds,
  exchangeDeviceCode,
  requestDevice,
} from './request-device.ts';
import { type AccountServices, anonymous, ownAccount, ownProblems, shared } from './route-parts.ts';
import { tokensSchema } from './schema.ts';
import { presentTokens } from './token-replies.ts';
import { formatUserCode } from './user-code.ts';

const codeProblems = [...ownProblems, 'device_not_found', 'too_many_attempts'] as const;
const takesForm = { consumes: ['application/json', 'application/x-www-form-urlencoded'] };
const oauthProblem = {
  400: {
    description: 'Why there is no session',
    content: { 'application/json': { schema: oauthErrorSchema } },
  },
};

const refusals: Readonly<Record<DeviceRefusal, string>> = {
  authorization_pending: 'Nobody has decided yet.',
  slow_down: 'This came too soon: wait 5 s longer between two questions from now on.',
  access_denied: 'The request was denied, or the session in which it was approved is over.',
  expired_token: 'Nobody decided in time. Begin anew.',
  invalid_grant: 'device_code: is unknown, or its session was fetched already.',
};

/** Connecting a device that has no browser (RFC 8628). */
export function addDeviceRoutes(
  app: App,
  contextOf: ContextOf,
  services: () => AccountServices,
): void {
  app.register(async (scope) => {
    acceptUrlEncoded(scope);
    // OAuth's clients look for an error in their own form.
    scope.setErrorHandler((error, _request, reply) => {
      const known = toDomainError(error);
      if (known?.kind !== 'invalid') throw error;
      return sendOAuthError(reply, 'invalid_request', known.detail);
    });
    addProtocolRoutes(scope.withTypeProvider<ZodTypeProvider>(), contextOf, services);
  });
  addDecisionRoutes(app, contextOf, services);
}

function sendOAuthError(reply: FastifyReply, error: string, description: string): FastifyReply {
  return reply
    .code(400)
    .header('cache-control', 'no-store')
    .type('application/json')
    .send({ error, error_description: description });
}

/** What the device asks. */
function addProtocolRoutes(app: App, contextOf: ContextOf, services: () => AccountServices): void {
  app.post(
    '/v1/auth/device',
    {
      ...anonymous,
      schema: {
        ...shared,
        ...takesForm,
        operationId: 'requestDevice',
        summary: 'Connect a device',
        description:
          'For a program without a browser (RFC 8628): it shows the code, a person enters it at `verification_uri`, and the program asks for its tokens meanwhile.',
        body: requestDeviceSchema,
        response: {
          200: {
            description: 'The codes',
            content: { 'application/json': { schema: deviceCodeSchema } },
          },
          ...problems(
            'body_too_large',
            'unsupported_media_type',
            'cross_site_request',
            'too_many_attempts',
          ),
          ...oauthProblem,
        },
      },
    },
    async (request, reply) => {
      isFromOurPage(request);
      const { client_id: clientId, device_name: name = clientId } = request.body;
      const device = await requestDevice({ ctx: contextOf(request), input: { name } });
      const page = `${services().publicUrl}/device`;
      const userCode = formatUserCode(device.userCode);
      return reply
        .header('cache-control', 'no-store')
        .type('application/json')
        .send({
          device_code: device.deviceCode,
          user_code: userCode,
          verification_uri: page,
          verification_uri_complete: `${page}?user_code=${userCode}`,
          expires_in: deviceCodeSeconds,
          interval: device.intervalSeconds,
        });
    },
  );

  app.post(
    '/v1/auth/device/token',
    {
      ...anonymous,
      schema: {
        ...shared,
        ...takesForm,
        operationId: 'exchangeDeviceCode',
        summary: "Fetch a device's tokens",
        description: `The token endpoint for \`${deviceGrantType}\`. Its tokens are given once; refresh them as any others.`,
        body: exchangeDeviceSchema,
        response: {
          200: {
            description: 'A session, named after the device',
            content: { 'application/json': { schema: tokensSchema } },
          },
          ...problems('body_too_large', 'unsupported_media_type', 'cross_site_request'),
          ...oauthProblem,
        },
      },
    },
    async (request, reply) => {
      isFromOurPage(request);
      const { grant_type: grantType, device_code: deviceCode } = request.body;
      if (grantType !== deviceGrantType) {
        return sendOAuthError(
          reply,
          'unsupported_grant_type',
          `grant_type: must be ${deviceGrantType}.`,
        );
      }
      const session = await exchangeDeviceCode({ ctx: contextOf(request), input: { deviceCode } });
      if (typeof session === 'string') return sendOAuthError(reply, session, refusals[session]);
      return reply.send(
        await presentTokens(reply, { session, toPage: false, services: services() }),
      );
    },
  );
}

/** What the person decides. */
function addDecisionRoutes(app: App, contextOf: ContextOf, services: () => AccountServices): void {
  app.get(
    '/v1/auth/device/:user_code',
    {
      schema: {
        ...ownAccount,
        operationId: 'getDevice',
        summary: 'Look at a device',
        description:
          'Which device shows this code, and from where it asks. Case and dashes do not matter.',
        params: userCodeParams,
        response: {
          200: {
            description: 'The device, which waits for a decision',
            content: { 'application/json': { schema: deviceSchema } },
          },
          ...problems(
            'invalid_field',
            'missing_credential',
            'user_required',
            'device_not_found',
            'too_many_attempts',
          ),
        },
      },
    },
    async (request, reply) => {
      const ctx = contextOf(request);
      const input = { userCode: request.params.user_code };
      return reply
        .type('application/json')
        .send(presentDevice(await findDevice({ ctx, input }), ctx.ip));
    },
  );

  app.post(
    '/v1/auth/device/approve',
    {
      schema: {
        ...ownAccount,
        operationId: 'approveDevice',
        summary: 'Approve a device',
        description:
          'Lets the device into the account of who calls, whose owner is told by mail. It must fetch its session while this one stands.',
        body: userCodeSchema,
        response: {
          204: z.undefined().describe('The device is let in'),
          ...problems(...codeProblems),
        },
      },
    },
    async (request, reply) => {
      const input = { userCode: request.body.user_code };
      const { publicUrl } = services();
      await approveDevice({ ctx: contextOf(request), input, publicUrl });
      return reply.code(204).send();
    },
  );

  app.post(
    '/v1/auth/device/deny',
    {
      schema: {
        ...ownAccount,
        operationId: 'denyDevice',
        summary: 'Deny a device',
        description: 'Sends the device away. Its code works no more.',
        body: userCodeSchema,
        response: {
          204: z.undefined().describe('The device is sent away'),
          ...problems(...codeProblems),
        },
      },
    },
    async (request, reply) => {
      const input = { userCode: request.body.user_code };
      await denyDevice({ ctx: contextOf(request), input });
      return reply.code(204).send();
    },
  );
}
