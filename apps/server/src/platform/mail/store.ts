import type { DatabaseHandle } from '../database/database.ts';
import { createId } from '../ids.ts';
import type { Mail } from './mail.ts';

export interface QueuedMail extends Mail {
  readonly id: string;
  readonly attempts: number;
}

/** A mail as the operator of this machine reads it. */
export interface StoredMail extends Mail {
  readonly id: string;
  readonly createdAt: Date;
}

const columns = [
  'id',
  'recipient as to',
  'subject',
  'body_text as text',
  'body_html as html',
] as const;

export async function insertMail(db: DatabaseHandle, mail: Mail, now: Date): Promise<void> {
  await db
    .insertInto('mails')
    .values({
      id: createId(),
      recipient: mail.to,
      subject: mail.subject,
      body_text: mail.text,
      body_html: mail.html,
      created_at: now,
      next_attempt_at: now,
    })
    .execute();
}

/** Takes what is due, and puts its next attempt off until `retryAt`, should this process die. */
export async function takeDueMails(
  db: DatabaseHandle,
  options: { now: Date; retryAt: Date; limit: number; maxAttempts: number },
): Promise<QueuedMail[]> {
  return db
    .with('due', (due) =>
      due
        .selectFrom('mails')
        .select('id')
        .where('sent_at', 'is', null)
        .where('next_attempt_at', '<=', options.now)
        .where('attempts', '<', options.maxAttempts)
        .orderBy('next_attempt_at')
        .limit(options.limit)
        .forUpdate()
        .skipLocked(),
    )
    .updateTable('mails')
    .from('due')
    .whereRef('mails.id', '=', 'due.id')
    .set((set) => ({ attempts: set('attempts', '+', 1), next_attempt_at: options.retryAt }))
    .returning([
      'mails.id as id',
      'recipient as to',
      'subject',
      'body_text as text',
      'body_html as html',
      'attempts',
    ])
    .execute();
}

/** Notes that a mail went out and forgets what it said: it may hold a token. */
export async function markSent(db: DatabaseHandle, id: string, sentAt: Date): Promise<void> {
  await db
    .updateTable('mails')
    .set({ sent_at: sentAt, body_text: '', body_html: '', last_error: null })
    .where('id', '=', id)
    .execute();
}

export async function markFailed(
  db: DatabaseHandle,
  id: string,
  failure: { error: string; retryAt: Date },
): Promise<void> {
  await db
    .updateTable('mails')
    .set({ last_error: failure.error.slice(0, 500), next_attempt_at: failure.retryAt })
    .where('id', '=', id)
    .execute();
}

export async function deleteMailsBefore(db: DatabaseHandle, before: Date): Promise<void> {
  await db.deleteFrom('mails').where('created_at', '<', before).execute();
}

/** Deletes what was sent, or would be, to an address. */
export async function deleteMailsTo(db: DatabaseHandle, recipient: string): Promise<void> {
  await db.deleteFrom('mails').where('recipient', '=', recipient).execute();
}

/** What waits in the mailbox, newest first. */
export async function listUnsentMails(db: DatabaseHandle, limit: number): Promise<StoredMail[]> {
  return db
    .selectFrom('mails')
    .select([...columns, 'created_at as createdAt'])
    .where('sent_at', 'is', null)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}
