import { z } from 'zod';
import { type App, type ContextOf, callerSignal, problems } from '../../platform/http/index.ts';
import { formatId } from '../../platform/ids.ts';
import { presentPage } from '../../platform/page.ts';
import {
  deadLetterIdSchema,
  deadLetterPageSchema,
  listDeadLettersSchema,
  openedDeadLetterSchema,
  presentDeadLetter,
  presentOpenedDeadLetter,
  purgedSchema,
  replayedSchema,
} from './dead-letter-schema.ts';
import {
  listDeadLetters,
  openDeadLetter,
  purgeDeadLetter,
  purgeDeadLetters,
  replayDeadLetter,
} from './dead-letters.ts';
import type { SynthesisServices } from './service.ts';

const tags = ['Operator'];
const always = ['missing_credential', 'permission_denied'] as const;
const one = ['invalid_field', ...always, 'dead_letter_not_found'] as const;
const oneLetter = z.strictObject({ id: deadLetterIdSchema });

/** Speech that was given up, for the operator of this server alone. */
export function addDeadLetterRoutes(
  app: App,
  contextOf: ContextOf,
  services: SynthesisServices,
): void {
  app.get(
    '/v1/operator/dead-letters',
    {
      schema: {
        operationId: 'listDeadLetters',
        tags,
        summary: 'List dead letters',
        description:
          'Requests of all teams that failed for good, newest first, without their texts. For the operator of this server.',
        querystring: listDeadLettersSchema,
        response: {
          200: {
            description: 'A page of dead letters',
            content: { 'application/json': { schema: deadLetterPageSchema } },
          },
          ...problems('invalid_field', ...always),
        },
      },
    },
    async (request, reply) => {
      const page = await listDeadLetters({ ctx: contextOf(request), input: request.query });
      return reply
        .type('application/json')
        .send(presentPage(page, 'deadLetter', presentDeadLetter));
    },
  );

  app.get(
    '/v1/operator/dead-letters/:id',
    {
      schema: {
        operationId: 'openDeadLetter',
        tags,
        summary: 'Open a dead letter',
        description:
          "With the customer's text and the failure of each attempt. The audit log of the team says who opened it.",
        params: oneLetter,
        response: {
          200: {
            description: 'The dead letter',
            content: { 'application/json': { schema: openedDeadLetterSchema } },
          },
          ...problems(...one),
        },
      },
    },
    async (request, reply) => {
      const letter = await openDeadLetter({ ctx: contextOf(request), input: request.params });
      return reply.type('application/json').send(presentOpenedDeadLetter(letter));
    },
  );

  app.post(
    '/v1/operator/dead-letters/:id/replay',
    {
      schema: {
        operationId: 'replayDeadLetter',
        tags,
        summary: 'Replay a dead letter',
        description:
          'Has the speech made once more, at nobody’s expense, and answers when it is done. Then the letter goes, and whoever asks for the speech again gets it from the cache. Where it fails once more, a new letter takes the place of this one.',
        params: oneLetter,
        response: {
          200: {
            description: 'The speech was made',
            content: { 'application/json': { schema: replayedSchema } },
          },
          ...problems(
            ...one,
            'dead_letter_outdated',
            'synthesis_failed',
            'overloaded',
            'queue_timeout',
          ),
        },
      },
    },
    async (request, reply) => {
      const { audioSeconds } = await replayDeadLetter(services, {
        ctx: contextOf(request),
        input: request.params,
        signal: callerSignal(reply),
      });
      return reply.type('application/json').send({
        id: formatId('deadLetter', request.params.id),
        audio_seconds: audioSeconds,
      });
    },
  );

  app.delete(
    '/v1/operator/dead-letters/:id',
    {
      schema: {
        operationId: 'purgeDeadLetter',
        tags,
        summary: 'Purge a dead letter',
        description: 'Deletes it, with the text that it holds.',
        params: oneLetter,
        response: { 204: z.undefined().describe('It is gone'), ...problems(...one) },
      },
    },
    async (request, reply) => {
      await purgeDeadLetter({ ctx: contextOf(request), input: request.params });
      return reply.code(204).send();
    },
  );

  app.delete(
    '/v1/operator/dead-letters',
    {
      schema: {
        operationId: 'purgeDeadLetters',
        tags,
        summary: 'Purge all dead letters',
        response: {
          200: {
            description: 'They are gone',
            content: { 'application/json': { schema: purgedSchema } },
          },
          ...problems(...always),
        },
      },
    },
    async (request, reply) => {
      const deleted = await purgeDeadLetters({ ctx: contextOf(request) });
      return reply.type('application/json').send({ deleted });
    },
  );
}
