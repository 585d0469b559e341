import { keepAuditLog } from '../domains/audit/index.ts';
import { deleteExpiredClientTokens } from '../domains/client-tokens/index.ts';
import { deleteExpiredAccountData } from '../domains/identity/index.ts';
import { type NoticeServices, noticeExpiringKeys } from '../domains/keys/index.ts';
import {
  deleteExpiredDeadLetters,
  deleteExpiredIdempotencyKeys,
  deleteExpiredSpeechOrders,
} from '../domains/synthesis/index.ts';
import { deleteOldInvitations } from '../domains/teams/index.ts';
import { releaseAbandonedReservations } from '../domains/usage/index.ts';
import { deleteOldDeliveries } from '../domains/webhooks/index.ts';
import { deleteExpiredAnswers } from '../platform/http/index.ts';
import type { PeriodicJob } from '../platform/jobs/index.ts';
import type { MailSender } from '../platform/mail/index.ts';
import { deleteOldEvents } from '../platform/outbox/index.ts';
import { eraseDueAccounts } from './delete-account.ts';

/** Everything that is due by the clock. Each may run at any time, so each looks for what is to do. */
export function periodicJobs(services: {
  readonly mail: MailSender;
  readonly keys: NoticeServices;
  readonly deadLetterDays: number;
}): readonly PeriodicJob[] {
  return [
    { name: 'audit_log.keep', cron: '0 */6 * * *', run: keepAuditLog },
    {
      name: 'account_data.purge',
      cron: '10 * * * *',
      run: ({ db, clock }) => deleteExpiredAccountData(db, clock.now()),
    },
    { name: 'accounts.erase', cron: '50 * * * *', run: eraseDueAccounts },
    {
      name: 'idempotency_keys.purge',
      cron: '20 * * * *',
      run: ({ db, clock }) => deleteExpiredIdempotencyKeys(db, clock.now()),
    },
    { name: 'speech_orders.purge', cron: '*/10 * * * *', run: deleteExpiredSpeechOrders },
    {
      name: 'idempotent_answers.purge',
      cron: '20 * * * *',
      run: ({ db, clock }) => deleteExpiredAnswers(db, clock.now()),
    },
    {
      name: 'dead_letters.purge',
      cron: '25 * * * *',
      run: (ctx) => deleteExpiredDeadLetters({ ctx, input: { days: services.deadLetterDays } }),
    },
    {
      name: 'key_ends.notice',
      cron: '5 * * * *',
      run: (ctx) => noticeExpiringKeys(ctx, services.keys),
    },
    {
      name: 'budget_reservations.release',
      cron: '25 * * * *',
      run: releaseAbandonedReservations,
    },
    { name: 'mails.purge', cron: '30 * * * *', run: () => services.mail.deleteOld() },
    { name: 'webhook_deliveries.purge', cron: '50 * * * *', run: deleteOldDeliveries },
    { name: 'invitations.purge', cron: '55 * * * *', run: deleteOldInvitations },
    { name: 'client_tokens.purge', cron: '55 * * * *', run: deleteExpiredClientTokens },
    { name: 'outbox.purge', cron: '40 * * * *', run: deleteOldEvents },
  ];
}
