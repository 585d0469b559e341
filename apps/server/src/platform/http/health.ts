import { z } from 'zod';
import { DomainError } from '../errors.ts';
import type { App } from './app.ts';
import { problems } from './problem-responses.ts';

const healthSchema = z.object({ status: z.literal('ok') }).meta({ id: 'Health' });

/** `unready` answers why requests cannot be served now, or undefined when they can. */
export function addHealthRoutes(app: App, unready: () => Promise<string | undefined>): void {
  app.get(
    '/health/live',
    {
      schema: {
        operationId: 'getLiveness',
        tags: ['Health'],
        summary: 'Is the process alive',
        description: 'Answers as long as the process does.',
        security: [],
        response: {
          200: { description: 'Alive', content: { 'application/json': { schema: healthSchema } } },
          ...problems('invalid_field'),
        },
      },
    },
    async (_request, reply) => reply.type('application/json').send({ status: 'ok' as const }),
  );

  app.get(
    '/health/ready',
    {
      schema: {
        operationId: 'getReadiness',
        tags: ['Health'],
        summary: 'Can requests be served',
        description:
          'Ready once a worker has warmed up with a real synthesis and the database answers.',
        security: [],
        response: {
          200: { description: 'Ready', content: { 'application/json': { schema: healthSchema } } },
          ...problems('invalid_field', 'not_ready'),
        },
      },
    },
    async (_request, reply) => {
      const reason = await unready();
      if (reason !== undefined) {
        throw new DomainError({
          code: 'not_ready',
          kind: 'unavailable',
          detail: `Not ready: ${reason}.`,
          retryAfterSeconds: 2,
        });
      }
      return reply.type('application/json').send({ status: 'ok' as const });
    },
  );
}
