import { z } from 'zod';
import { type App, type ContextOf, isFromOurPage, problems } from '../../platform/http/index.ts';
import { confirmEmailChange, requestEmailChange } from './change-email.ts';
import { changePassword } from './change-password.ts';
import { evenly } from './even-answers.ts';
import { requestPasswordReset, resetPassword } from './password-reset.ts';
import {
  type AccountServices,
  anonymous,
  bodyProblems,
  ownAccount,
  ownProblems,
  shared,
} from './route-parts.ts';
import {
  acceptedSchema,
  changeEmailSchema,
  changePasswordSchema,
  confirmEmailSchema,
  forgotPasswordSchema,
  resetPasswordSchema,
  tokensSchema,
} from './schema.ts';
import { presentTokens } from './token-replies.ts';

const mailSent = {
  description: 'A mail is on its way',
  content: { 'application/json': { schema: acceptedSchema } },
};

/** What changes the password or the address of an account. */
export function addRecoveryRoutes(
  app: App,
  contextOf: ContextOf,
  services: () => AccountServices,
): void {
  app.post(
    '/v1/auth/forgot-password',
    {
      ...anonymous,
      schema: {
        ...shared,
        operationId: 'forgotPassword',
        summary: 'Ask for a new password',
        description:
          'Mails a link that sets a new password. The answer is the same for an address without an account.',
        body: forgotPasswordSchema,
        response: {
          202: mailSent,
          ...problems(...bodyProblems, 'cross_site_request', 'too_many_attempts'),
        },
      },
    },
    async (request, reply) => {
      isFromOurPage(request);
      const { publicUrl } = services();
      await evenly(() =>
        requestPasswordReset({ ctx: contextOf(request), input: request.body, publicUrl }),
      );
      return reply.code(202).type('application/json').send({ status: 'mail_sent' });
    },
  );

  app.post(
    '/v1/auth/reset-password',
    {
      ...anonymous,
      schema: {
        ...shared,
        operationId: 'resetPassword',
        summary: 'Set a new password',
        description: 'Takes the token of the mailed link, once, and ends all sessions.',
        body: resetPasswordSchema,
        response: {
          204: z.undefined().describe('The password is set; log in'),
          ...problems(...bodyProblems, 'cross_site_request', 'overloaded'),
        },
      },
    },
    async (request, reply) => {
      isFromOurPage(request);
      const { publicUrl, isBreached } = services();
      const ctx = contextOf(request);
      await resetPassword({ ctx, input: request.body, publicUrl, isBreached });
      return reply.code(204).send();
    },
  );

  app.post(
    '/v1/auth/confirm-email',
    {
      ...anonymous,
      schema: {
        ...shared,
        operationId: 'confirmEmail',
        summary: 'Confirm a new address',
        description: 'Takes the token of the mailed link, once, and moves the account.',
        body: confirmEmailSchema,
        response: {
          204: z.undefined().describe('The account has its new address'),
          ...problems(...bodyProblems, 'cross_site_request'),
        },
      },
    },
    async (request, reply) => {
      isFromOurPage(request);
      await confirmEmailChange({ ctx: contextOf(request), input: request.body });
      return reply.code(204).send();
    },
  );

  app.post(
    '/v1/me/password',
    {
      schema: {
        ...ownAccount,
        operationId: 'changePassword',
        summary: 'Change the password',
        description: 'Ends every session of the account and opens a new one for the caller.',
        body: changePasswordSchema,
        response: {
          200: {
            description: 'A session',
            content: { 'application/json': { schema: tokensSchema } },
          },
          ...problems(...ownProblems, 'wrong_password', 'too_many_attempts', 'overloaded'),
        },
      },
    },
    async (request, reply) => {
      const { publicUrl, isBreached } = services();
      const ctx = contextOf(request);
      const session = await changePassword({ ctx, input: request.body, publicUrl, isBreached });
      const toPage = isFromOurPage(request);
      return reply.send(await presentTokens(reply, { session, toPage, services: services() }));
    },
  );

  app.post(
    '/v1/me/email',
    {
      schema: {
        ...ownAccount,
        operationId: 'changeEmail',
        summary: 'Change the address',
        description:
          'Mails a link to the new address. The old one stays until it is opened. Takes the password. Who has none [confirms](#operation/confirm) first that it is them.',
        body: changeEmailSchema,
        response: {
          202: mailSent,
          ...problems(
            ...ownProblems,
            'wrong_password',
            'confirmation_required',
            'too_many_attempts',
            'overloaded',
          ),
        },
      },
    },
    async (request, reply) => {
      const ctx = contextOf(request);
      const { publicUrl } = services();
      await evenly(() => requestEmailChange({ ctx, input: request.body, publicUrl }));
      return reply.code(202).type('application/json').send({ status: 'mail_sent' });
    },
  );
}
