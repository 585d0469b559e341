import { z } from 'zod';
import { type App, type ContextOf, problems } from '../../platform/http/index.ts';
import { reportLeaks } from './report-leak.ts';

/** Of one network (an IPv4 address, an IPv6 /64): with 100 keys each, enough for any scanner. */
const reportsPerMinute = 30;
const maxReports = 100;

const reportLeakSchema = z
  .strictObject({
    reports: z
      .array(
        z.strictObject({
          key: z
            .string()
            .min(1)
            .max(300)
            .meta({ example: 'vf_live_3kTz9vQ2mB7xN4pL8sR1wY6cJ5hG0dFa1XvJ2c' }),
          where: z
            .url({ protocol: /^https?$/ })
            .max(2000)
            .optional()
            .describe('Where it was found. Query and fragment are not kept.')
            .meta({ example: 'https://github.com/example/app/blob/main/config.yml' }),
        }),
      )
      .min(1)
      .max(maxReports),
  })
  .meta({ id: 'ReportLeak' });

const leakReportReceiptSchema = z
  .object({ received: z.int().describe('How many were reported, whatever they are.') })
  .meta({ id: 'LeakReportReceipt' });

export function addLeakRoutes(
  app: App,
  contextOf: ContextOf,
  servicesOf: () => { readonly publicUrl: string },
): void {
  app.post(
    '/v1/keys/report-leak',
    {
      config: { anonymous: true, requestsPerMinute: reportsPerMinute },
      schema: {
        operationId: 'reportLeak',
        tags: ['Keys'],
        summary: 'Report keys that were found in public',
        description:
          'Needs no credential. A key that works is revoked at once, and its team hears of it by mail, webhook and audit log. The answer is the same for what is no key.',
        security: [],
        body: reportLeakSchema,
        response: {
          202: {
            description: 'The reports were taken',
            content: { 'application/json': { schema: leakReportReceiptSchema } },
          },
          ...problems(
            'invalid_field',
            'rate_limit_exceeded',
            'body_too_large',
            'unsupported_media_type',
          ),
        },
      },
    },
    async (request, reply) => {
      const { reports } = request.body;
      const { publicUrl } = servicesOf();
      await reportLeaks({ ctx: contextOf(request), input: { reports, publicUrl } });
      return reply.code(202).type('application/json').send({ received: reports.length });
    },
  );
}
