import { z } from 'zod';
import {
  type AnswerOnce,
  type App,
  type ContextOf,
  idempotencyHeaders,
  onceProblems,
  problems,
} from '../../platform/http/index.ts';
import type { SecretBox } from '../../platform/secret-box.ts';
import {
  createdSigningSecretSchema,
  createSigningSecretSchema,
  presentSigningSecret,
  requestSigningSchema,
  signingSecretIdSchema,
  signingSecretListSchema,
} from './schema.ts';
import {
  createSigningSecret,
  getRequestSigning,
  listSigningSecrets,
  revokeSigningSecret,
  setRequestSigning,
} from './service.ts';

export interface SigningServices {
  readonly box: SecretBox;
}

const always = ['missing_credential', 'permission_denied'] as const;
const tags = ['Request signing'];

export function addSigningRoutes(
  app: App,
  contextOf: ContextOf,
  servicesOf: () => SigningServices,
  answerOnce: AnswerOnce,
): void {
  app.get(
    '/v1/signing-secrets',
    {
      schema: {
        operationId: 'listSigningSecrets',
        tags,
        summary: 'List signing secrets',
        description: "The team's signing secrets: those that count first, then the revoked ones.",
        response: {
          200: {
            description: 'The secrets, without what is secret',
            content: { 'application/json': { schema: signingSecretListSchema } },
          },
          ...problems(...always),
        },
      },
    },
    async (request, reply) => {
      const secrets = await listSigningSecrets({ ctx: contextOf(request) });
      return reply.type('application/json').send({ data: secrets.map(presentSigningSecret) });
    },
  );

  app.post(
    '/v1/signing-secrets',
    {
      schema: {
        operationId: 'createSigningSecret',
        tags,
        summary: 'Create a signing secret',
        description:
          'The secret is in this answer and nowhere else. Up to five count at a time, so that a new one can be put to use before the old one is revoked.',
        headers: idempotencyHeaders,
        body: createSigningSecretSchema,
        response: {
          201: {
            description: 'The secret',
            content: { 'application/json': { schema: createdSigningSecretSchema } },
          },
          ...problems(
            'invalid_field',
            ...always,
            'too_many_signing_secrets',
            'body_too_large',
            'unsupported_media_type',
            ...onceProblems,
          ),
        },
      },
    },
    async (request, reply) => {
      const { box } = servicesOf();
      const input = { ...request.body, box };
      const created = await answerOnce({
        ctx: contextOf(request),
        request,
        reply,
        schema: createdSigningSecretSchema,
        make: async (ctx) => {
          const { secret, ...stored } = await createSigningSecret({ ctx, input });
          return { ...presentSigningSecret(stored), secret };
        },
      });
      return reply.code(201).type('application/json').send(created);
    },
  );

  app.delete(
    '/v1/signing-secrets/:id',
    {
      schema: {
        operationId: 'revokeSigningSecret',
        tags,
        summary: 'Revoke a signing secret',
        description:
          'What it signs is refused within a second. Revoking it again changes nothing. The last one cannot be revoked while requests must be signed.',
        params: z.strictObject({ id: signingSecretIdSchema }),
        response: {
          204: z.undefined().describe('The secret is revoked'),
          ...problems(
            'invalid_field',
            ...always,
            'signing_secret_not_found',
            'signing_secret_required',
          ),
        },
      },
    },
    async (request, reply) => {
      await revokeSigningSecret({ ctx: contextOf(request), input: request.params });
      return reply.code(204).send();
    },
  );

  app.get(
    '/v1/request-signing',
    {
      schema: {
        operationId: 'getRequestSigning',
        tags,
        summary: 'Whether requests must be signed',
        response: {
          200: {
            description: 'What the team asks for',
            content: { 'application/json': { schema: requestSigningSchema } },
          },
          ...problems(...always),
        },
      },
    },
    async (request, reply) =>
      reply.type('application/json').send(await getRequestSigning({ ctx: contextOf(request) })),
  );

  app.put(
    '/v1/request-signing',
    {
      schema: {
        operationId: 'setRequestSigning',
        tags,
        summary: 'Ask for signed requests, or no longer',
        description:
          'Takes effect within a second, for every key of the team. It needs a signing secret.',
        body: requestSigningSchema,
        response: {
          200: {
            description: 'What the team asks for now',
            content: { 'application/json': { schema: requestSigningSchema } },
          },
          ...problems(
            'invalid_field',
            ...always,
            'signing_secret_required',
            'body_too_large',
            'unsupported_media_type',
          ),
        },
      },
    },
    async (request, reply) => {
      await setRequestSigning({ ctx: contextOf(request), input: request.body });
      return reply.type('application/json').send(request.body);
    },
  );
}
