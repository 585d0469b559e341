import type { DatabaseHandle } from '../database/database.ts';
import { DomainError } from '../errors.ts';
import { escapeHtml } from '../escape-html.ts';
import { type App, hidden, isLocalBrowser, plainPages } from '../http/index.ts';
import { listUnsentMails, type StoredMail } from './store.ts';

const shownMails = 50;

const sendPage = plainPages(`
article { border-top: 1px solid color-mix(in srgb, currentcolor 30%, transparent); padding: 1rem 0; }
h2 { margin: 0; font-size: 1.1rem; }
p { margin: 0.2rem 0; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; }
`);

export interface MailboxOptions {
  /** Whether the person at this machine is the operator. */
  readonly open: boolean;
  readonly db: DatabaseHandle;
}

/** `/mailbox`: what no mail server took, for a browser on this very machine and nobody else. */
export function addMailboxPage(app: App, options: () => MailboxOptions): void {
  app.get('/mailbox', hidden, async (request, reply) => {
    const { open, db } = options();
    if (!open || !isLocalBrowser(request)) throw nothingHere();
    const body = render(await listUnsentMails(db, shownMails));
    return sendPage(reply, { title: 'Mailbox', body, kept: false });
  });
}

function nothingHere(): DomainError {
  return new DomainError({
    kind: 'not_found',
    code: 'not_found',
    detail: 'There is nothing at /mailbox.',
  });
}

function render(mails: readonly StoredMail[]): string {
  return `<main>
<h1>Mailbox</h1>
<p>Mail that no server has taken, newest first. Only you, at this machine, see it; after a week it is deleted.</p>
${mails.map(renderEntry).join('\n') || '<p>There is none.</p>'}
</main>`;
}

function renderEntry({ to, subject, text, createdAt }: StoredMail): string {
  const time = createdAt.toISOString();
  return `<article>
<h2>${escapeHtml(subject)}</h2>
<p>To ${escapeHtml(to)}, <time datetime="${time}">${time.replace('T', ' ').slice(0, 16)} UTC</time></p>
<pre>${linkAddresses(escapeHtml(text))}</pre>
</article>`;
}

/** `escaped` holds no quotes or angle brackets any more. */
function linkAddresses(escaped: string): string {
  return escaped.replaceAll(/^https?:\/\/\S+$/gm, (url) => `<a href="${url}">${url}</a>`);
}
