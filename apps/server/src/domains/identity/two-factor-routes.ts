import { z } from 'zod';
import { type App, type ContextOf, problems } from '../../platform/http/index.ts';
import { type AccountServices, ownAccount, ownProblems } from './route-parts.ts';
import {
  codeSchema,
  passwordSchema,
  recoveryCodesSchema,
  totpSecretSchema,
  twoFactorProofSchema,
} from './schema.ts';
import {
  confirmTwoFactor,
  disableTwoFactor,
  proposeTwoFactor,
  replaceOwnRecoveryCodes,
} from './two-factor.ts';

const codeProblems = [...ownProblems, 'two_factor_on', 'too_many_attempts'] as const;

/** The second factor of one's own account. */
export function addTwoFactorRoutes(
  app: App,
  contextOf: ContextOf,
  services: () => AccountServices,
): void {
  app.post(
    '/v1/me/two-factor',
    {
      schema: {
        ...ownAccount,
        operationId: 'proposeTwoFactor',
        summary: 'Begin with a second factor',
        description:
          'Makes a secret for an authenticator app. Nothing changes until one of its codes is confirmed. Takes the password. Who has none [confirms](#operation/confirm) first that it is them.',
        body: passwordSchema,
        response: {
          200: {
            description: 'The secret, for this answer only',
            content: { 'application/json': { schema: totpSecretSchema } },
          },
          ...problems(...codeProblems, 'confirmation_required', 'overloaded'),
        },
      },
    },
    async (request, reply) => {
      const { box } = services();
      const proposed = await proposeTwoFactor({
        ctx: contextOf(request),
        input: request.body,
        box,
      });
      return reply.header('cache-control', 'no-store').type('application/json').send(proposed);
    },
  );

  app.post(
    '/v1/me/two-factor/confirm',
    {
      schema: {
        ...ownAccount,
        operationId: 'confirmTwoFactor',
        summary: 'Turn the second factor on',
        description:
          'Takes a first code of the app. From now on a log-in by password or through a provider needs one, or a recovery code. All other sessions of the account end.',
        body: codeSchema,
        response: {
          200: {
            description: 'Ten recovery codes, each good once, in this answer only',
            content: { 'application/json': { schema: recoveryCodesSchema } },
          },
          ...problems(...codeProblems),
        },
      },
    },
    async (request, reply) => {
      const { box } = services();
      const codes = await confirmTwoFactor({ ctx: contextOf(request), input: request.body, box });
      return reply
        .header('cache-control', 'no-store')
        .type('application/json')
        .send({ recovery_codes: [...codes] });
    },
  );

  app.post(
    '/v1/me/two-factor/recovery-codes',
    {
      schema: {
        ...ownAccount,
        operationId: 'replaceRecoveryCodes',
        summary: 'Make new recovery codes',
        description:
          'Those that are left open nothing any more, and the owner is told by mail. Takes the password and a code of either kind. Who has no password [confirms](#operation/confirm) first that it is them, which is enough.',
        body: twoFactorProofSchema,
        response: {
          200: {
            description: 'Ten recovery codes, each good once, in this answer only',
            content: { 'application/json': { schema: recoveryCodesSchema } },
          },
          ...problems(...codeProblems, 'confirmation_required', 'overloaded'),
        },
      },
    },
    async (request, reply) => {
      const { box, publicUrl } = services();
      const ctx = contextOf(request);
      const codes = await replaceOwnRecoveryCodes({ ctx, input: request.body, box, publicUrl });
      return reply
        .header('cache-control', 'no-store')
        .type('application/json')
        .send({ recovery_codes: [...codes] });
    },
  );

  app.post(
    '/v1/me/two-factor/disable',
    {
      schema: {
        ...ownAccount,
        operationId: 'disableTwoFactor',
        summary: 'Turn the second factor off',
        description:
          'Takes the password and a code of either kind. Who has no password [confirms](#operation/confirm) first that it is them, which is enough.',
        body: twoFactorProofSchema,
        response: {
          204: z.undefined().describe('The password alone logs in again'),
          ...problems(...codeProblems, 'confirmation_required', 'overloaded'),
        },
      },
    },
    async (request, reply) => {
      const { box, publicUrl } = services();
      await disableTwoFactor({ ctx: contextOf(request), input: request.body, box, publicUrl });
      return reply.code(204).send();
    },
  );
}
