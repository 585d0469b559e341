import { type Mail, renderMail } from '../../platform/mail/index.ts';

export function disabledMail(
  to: string,
  webhook: { readonly url: string; readonly error: string; readonly publicUrl: string },
): Mail {
  return renderMail(to, {
    subject: 'A webhook of your team was disabled',
    paragraphs: [
      `Nothing that VoiceFlow sent to ${webhook.url} has arrived for three days, so nothing more is sent there. What it said last: ${webhook.error}.`,
      'Events go on being recorded in the audit log. When the address works again, enable the webhook; what happens from then on is sent.',
    ],
    action: { label: 'Open the webhooks', url: `${webhook.publicUrl}/webhooks` },
    footnote: 'You get this because you are an owner or admin of the team.',
  });
}
