import { z } from 'zod';
import { type App, type ContextOf, problems } from '../../platform/http/index.ts';
import { keyIdSchema } from '../keys/index.ts';
import { getKeyBudget } from './key-budgets.ts';

const useSchema = z.object({
  used: z.int().describe('Together with what requests under way have set aside.'),
  limit: z.int().nullable(),
});

const keyBudgetSchema = z
  .object({
    month: z.string().describe('The calendar month (UTC).').meta({ example: '2026-01' }),
    resets_at: z.iso.datetime(),
    characters: useSchema,
    generations: useSchema,
  })
  .meta({
    id: 'KeyBudget',
    example: {
      month: '2026-01',
      resets_at: '2026-02-01T00:00:00.000Z',
      characters: { used: 9_950, limit: 10_000 },
      generations: { used: 212, limit: null },
    },
  });

export function addUsageRoutes(app: App, contextOf: ContextOf): void {
  app.get(
    '/v1/keys/:id/budget',
    {
      schema: {
        operationId: 'getKeyBudget',
        tags: ['Keys'],
        summary: "Look at a key's budget",
        description: 'What the key has used in this calendar month, and what it may use.',
        params: z.strictObject({ id: keyIdSchema }),
        response: {
          200: {
            description: 'The budget and its use',
            content: { 'application/json': { schema: keyBudgetSchema } },
          },
          ...problems('invalid_field', 'missing_credential', 'permission_denied', 'key_not_found'),
        },
      },
    },
    async (request, reply) => {
      const budget = await getKeyBudget({ ctx: contextOf(request), input: request.params });
      const { used, limits } = budget;
      return reply.type('application/json').send({
        month: budget.month.slice(0, 7),
        resets_at: budget.resetsAt.toISOString(),
        characters: { used: used.characters, limit: limits.characters },
        generations: { used: used.generations, limit: limits.generations },
      });
    },
  );
}
