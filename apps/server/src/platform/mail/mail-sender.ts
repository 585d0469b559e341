import type { Transporter } from 'nodemailer';
import type { Clock } from '../clock.ts';
import type { DatabaseHandle } from '../database/database.ts';
import type { Log } from '../log.ts';
import { pollEvery } from '../poll.ts';
import { deleteMailsBefore, markFailed, markSent, type QueuedMail, takeDueMails } from './store.ts';

const pollMs = 1_000;
const batch = 10;
const maxAttempts = 12;
const firstRetryMs = 10_000;
const longestRetryMs = 6 * 60 * 60 * 1000;
const keptMs = 7 * 24 * 60 * 60 * 1000;
const smtpTimeoutMs = 20_000;

/** The server that takes mail, and who it comes from. */
export interface SmtpSettings {
  /** `smtp://user:password@host:587` (STARTTLS where offered) or `smtps://…`. */
  readonly url: string;
  readonly from: string;
}

export interface MailSender {
  /** Sends what is due now. Answers how many went out. */
  sendDue(): Promise<number>;
  /** Deletes mails older than a week, sent or not. */
  deleteOld(): Promise<void>;
  /** Begins to look for mail every second. */
  start(): void;
  /** Stops looking, and waits for the mail that is on its way. */
  close(): Promise<void>;
}

/**
 * Sends queued mail over SMTP, at least once: who dies between the server's answer and the note of it
 * sends again, under the same Message-ID. Without a server mail stays in the mailbox of the operator.
 */
export function openMailSender(options: {
  readonly db: DatabaseHandle;
  readonly clock: Clock;
  readonly log: Log;
  readonly smtp: SmtpSettings | undefined;
}): MailSender {
  const { db, clock, log, smtp } = options;
  let transport: Promise<Transporter> | undefined;
  const domain = smtp?.from.match(/@([\w.-]+)/)?.[1] ?? 'localhost';

  async function send(mail: QueuedMail, smtp: SmtpSettings): Promise<boolean> {
    const { id, to, subject, text, html } = mail;
    try {
      transport ??= openTransport(smtp);
      await (await transport).sendMail({
        // An object, not text: an address is never parsed into several.
        to: { name: '', address: to },
        subject,
        text,
        html,
        messageId: `<${id}@${domain}>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
      await markSent(db, id, clock.now());
      return true;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const fields = { mail_id: id, attempts: mail.attempts, error: message };
      if (mail.attempts < maxAttempts) log.warn(fields, 'a mail was not sent');
      else log.error(fields, 'a mail was given up');
      await markFailed(db, id, { error: message, retryAt: after(clock, retryMs(mail.attempts)) });
      return false;
    }
  }

  async function sendDue(): Promise<number> {
    if (!smtp) return 0;
    const mails = await takeDueMails(db, {
      now: clock.now(),
      retryAt: after(clock, 4 * smtpTimeoutMs * batch),
      limit: batch,
      maxAttempts,
    });
    let sent = 0;
    for (const mail of mails) if (await send(mail, smtp)) sent += 1;
    return sent;
  }

  let stopPolling = async () => {};
  return {
    sendDue,
    deleteOld: () => deleteMailsBefore(db, new Date(clock.now().getTime() - keptMs)),
    start() {
      if (!smtp) return;
      stopPolling = pollEvery(pollMs, sendDue, (error) =>
        log.warn({ err: error }, 'mail cannot be read from the queue'),
      );
    },
    async close() {
      await stopPolling();
      (await transport)?.close();
    },
  };
}

/** Loads the library with the first mail: most processes of a server never send one. */
async function openTransport({ url, from }: SmtpSettings): Promise<Transporter> {
  const { createTransport } = await import('nodemailer');
  return createTransport(
    {
      url,
      connectionTimeout: smtpTimeoutMs,
      greetingTimeout: smtpTimeoutMs,
      socketTimeout: smtpTimeoutMs,
      // Nothing that a mail says may make this process read files or addresses.
      disableFileAccess: true,
      disableUrlAccess: true,
    },
    { from },
  );
}

function after(clock: Clock, milliseconds: number): Date {
  return new Date(clock.now().getTime() + milliseconds);
}

/** 10 s, 20 s, 40 s … at most 6 h. */
function retryMs(attempts: number): number {
  return Math.min(firstRetryMs * 2 ** (attempts - 1), longestRetryMs);
}
