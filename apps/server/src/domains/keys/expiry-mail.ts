import { type Mail, renderMail } from '../../platform/mail/index.ts';

export interface ExpiryNotice {
  readonly name: string;
  readonly prefix: string;
  readonly publicId: string;
  readonly expiresAt: Date;
  readonly daysBefore: number;
  /** Whether a next secret lies ready. */
  readonly nextIsReady: boolean;
  readonly publicUrl: string;
}

/** Says that a key ends soon, and what to do. */
export function expiryMail(to: string, notice: ExpiryNotice): Mail {
  const { name, prefix, publicId, expiresAt, daysBefore, publicUrl } = notice;
  const days = daysBefore === 1 ? '1 day' : `${daysBefore} days`;
  const end = `${expiresAt.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const whatToDo = notice.nextIsReady
    ? `Its next secret is ready. Fetch it once, on the page of the keys or with POST /v1/keys/${publicId}/reveal-successor; from then on both work for 24 hours, but the present one no longer than its end.`
    : `Give it a new secret or a longer life, on the page of the keys, or with POST /v1/keys/${publicId}/rotate and PATCH /v1/keys/${publicId}.`;
  return renderMail(to, {
    subject: `An API key of your team ends within ${days}`,
    paragraphs: [
      `The key "${name}" (${prefix}…) stops working at ${end}. Programs that use it will then be refused.`,
      whatToDo,
    ],
    action: { label: 'Open the keys', url: `${publicUrl}/keys` },
    footnote:
      'You get this because you made the key, or are an owner or admin of its team. Notices go out 14, 7 and 1 days before the end.',
  });
}
