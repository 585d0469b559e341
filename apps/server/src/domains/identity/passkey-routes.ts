import { z } from 'zod';
import { type App, type ContextOf, isFromOurPage, problems } from '../../platform/http/index.ts';
import { parseId } from '../../platform/ids.ts';
import { passkeyNotFound } from './errors.ts';
import { endFormerSession } from './former-session.ts';
import { logInWithPasskey, proposePasskeyLogIn } from './passkey-log-in.ts';
import {
  addPasskeySchema,
  creationOptionsSchema,
  passkeyIdSchema,
  passkeyListSchema,
  passkeyLogInSchema,
  passkeySchema,
  presentPasskey,
  renamePasskeySchema,
  requestOptionsSchema,
} from './passkey-schema.ts';
import {
  addPasskey,
  changePasskeyName,
  listPasskeys,
  proposePasskey,
  removePasskey,
} from './passkeys.ts';
import {
  type AccountServices,
  anonymous,
  bodyProblems,
  ownAccount,
  ownProblems,
  shared,
} from './route-parts.ts';
import { tokensSchema } from './schema.ts';
import { presentTokens } from './token-replies.ts';

const always = ['missing_credential', 'user_required'] as const;
const params = z.strictObject({ id: passkeyIdSchema });
const onePasskey = {
  description: 'The passkey',
  content: { 'application/json': { schema: passkeySchema } },
};

export function addPasskeyRoutes(
  app: App,
  contextOf: ContextOf,
  services: () => AccountServices,
): void {
  addLogInRoutes(app, contextOf, services);
  addOwnPasskeyRoutes(app, contextOf, services);
}

function addLogInRoutes(app: App, contextOf: ContextOf, services: () => AccountServices): void {
  app.post(
    '/v1/auth/passkey/options',
    {
      ...anonymous,
      schema: {
        ...shared,
        operationId: 'proposePasskeyLogIn',
        summary: 'Begin a log-in by passkey',
        description: 'What a browser needs to offer the passkeys that it has for this server.',
        response: {
          200: {
            description: 'The options',
            content: { 'application/json': { schema: requestOptionsSchema } },
          },
          ...problems(
            'invalid_field',
            'cross_site_request',
            'passkeys_unavailable',
            'too_many_attempts',
          ),
        },
      },
    },
    async (request, reply) => {
      isFromOurPage(request);
      const { publicUrl } = services();
      const options = await proposePasskeyLogIn({ ctx: contextOf(request), publicUrl });
      return reply
        .header('cache-control', 'no-store')
        .type('application/json')
        .send({ ...options });
    },
  );

  app.post(
    '/v1/auth/passkey',
    {
      ...anonymous,
      schema: {
        ...shared,
        operationId: 'logInWithPasskey',
        summary: 'Log in by passkey',
        description:
          'Takes what the browser made of the options, once. No second factor is asked for: a passkey is two by itself.',
        body: passkeyLogInSchema,
        response: {
          200: {
            description: 'A session',
            content: { 'application/json': { schema: tokensSchema } },
          },
          ...problems(
            ...bodyProblems,
            'passkey_refused',
            'too_many_attempts',
            'sso_required',
            'cross_site_request',
            'passkeys_unavailable',
          ),
        },
      },
    },
    async (request, reply) => {
      const toPage = isFromOurPage(request);
      const { publicUrl, logInPolicy: policy } = services();
      const ctx = contextOf(request);
      const session = await logInWithPasskey({ ctx, input: request.body, publicUrl, policy });
      await endFormerSession(ctx, request);
      return reply.send(await presentTokens(reply, { session, toPage, services: services() }));
    },
  );
}

function addOwnPasskeyRoutes(
  app: App,
  contextOf: ContextOf,
  services: () => AccountServices,
): void {
  app.get(
    '/v1/me/passkeys',
    {
      schema: {
        ...ownAccount,
        operationId: 'listPasskeys',
        summary: 'List passkeys',
        description: "The account's passkeys, newest first.",
        response: {
          200: {
            description: 'The passkeys',
            content: { 'application/json': { schema: passkeyListSchema } },
          },
          ...problems('invalid_field', ...always),
        },
      },
    },
    async (request, reply) => {
      const passkeys = await listPasskeys({ ctx: contextOf(request) });
      return reply.type('application/json').send({ data: passkeys.map(presentPasskey) });
    },
  );

  app.post(
    '/v1/me/passkeys/options',
    {
      schema: {
        ...ownAccount,
        operationId: 'proposePasskey',
        summary: 'Begin with a passkey',
        description: 'What a browser needs to make a passkey. Confirm first that it is you.',
        response: {
          200: {
            description: 'The options',
            content: { 'application/json': { schema: creationOptionsSchema } },
          },
          ...problems(
            'invalid_field',
            ...always,
            'confirmation_required',
            'passkeys_unavailable',
            'too_many_passkeys',
          ),
        },
      },
    },
    async (request, reply) => {
      const { publicUrl } = services();
      const options = await proposePasskey({ ctx: contextOf(request), publicUrl });
      return reply
        .header('cache-control', 'no-store')
        .type('application/json')
        .send({ ...options });
    },
  );

  app.post(
    '/v1/me/passkeys',
    {
      schema: {
        ...ownAccount,
        operationId: 'addPasskey',
        summary: 'Add a passkey',
        description: 'Takes what the browser made of the options, once, within five minutes.',
        body: addPasskeySchema,
        response: {
          201: onePasskey,
          ...problems(
            ...ownProblems,
            'invalid_passkey',
            'passkey_taken',
            'passkeys_unavailable',
            'too_many_passkeys',
          ),
        },
      },
    },
    async (request, reply) => {
      const { publicUrl } = services();
      const passkey = await addPasskey({
        ctx: contextOf(request),
        input: request.body,
        publicUrl,
      });
      return reply.code(201).type('application/json').send(presentPasskey(passkey));
    },
  );

  app.patch(
    '/v1/me/passkeys/:id',
    {
      schema: {
        ...ownAccount,
        operationId: 'renamePasskey',
        summary: 'Rename a passkey',
        description: 'Gives it another name for its owner.',
        params,
        body: renamePasskeySchema,
        response: { 200: onePasskey, ...problems(...ownProblems, 'passkey_not_found') },
      },
    },
    async (request, reply) => {
      const input = { id: uuidOf(request.params.id), name: request.body.name };
      const passkey = await changePasskeyName({ ctx: contextOf(request), input });
      return reply.type('application/json').send(presentPasskey(passkey));
    },
  );

  app.delete(
    '/v1/me/passkeys/:id',
    {
      schema: {
        ...ownAccount,
        operationId: 'removePasskey',
        summary: 'Remove a passkey',
        description: 'It logs in no more. Confirm first that it is you.',
        params,
        response: {
          204: z.undefined().describe('The passkey is gone'),
          ...problems(
            'invalid_field',
            ...always,
            'confirmation_required',
            'passkey_not_found',
            'last_way_in',
          ),
        },
      },
    },
    async (request, reply) => {
      const input = { id: uuidOf(request.params.id) };
      const { publicUrl } = services();
      await removePasskey({ ctx: contextOf(request), input, publicUrl });
      return reply.code(204).send();
    },
  );
}

function uuidOf(publicId: string): string {
  const id = parseId('passkey', publicId);
  if (id === undefined) throw passkeyNotFound();
  return id;
}
