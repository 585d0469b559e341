import { escapeHtml } from '../escape-html.ts';

/** One mail, ready to go. `text` says the same as `html`. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** What a mail says, before it has a form. */
export interface MailContent {
  readonly subject: string;
  /** Plain text; each is a paragraph. */
  readonly paragraphs: readonly string[];
  /** The one thing to do. */
  readonly action?: { readonly label: string; readonly url: string };
  /** Why the reader gets this, and what to do when they did not ask for it. */
  readonly footnote: string;
}

/** Text and HTML of one mail; the HTML follows the reader's light or dark setting. */
export function renderMail(to: string, content: MailContent): Mail {
  const { paragraphs, action, footnote } = content;
  // A subject is a header: no name that it quotes may begin another one.
  const subject = content.subject.replaceAll(/\p{Cc}+/gu, ' ');
  const text = [...paragraphs, ...(action ? [`${action.label}:\n${action.url}`] : []), footnote];
  const body = [
    ...paragraphs.map((paragraph) => `<p class="text">${escapeHtml(paragraph)}</p>`),
    ...(action ? [renderAction(action)] : []),
    `<p class="note">${escapeHtml(footnote)}</p>`,
  ];
  return { to, subject, text: `${text.join('\n\n')}\n`, html: page(subject, body.join('\n')) };
}

/** Tells of a change that may not be the reader's own, and leads to where they undo it. */
export function renderAlert(
  to: string,
  alert: {
    readonly subject: string;
    readonly told: string;
    /** What to do "if it was not you", without a full stop. */
    readonly remedy: string;
    readonly action: { readonly label: string; readonly url: string };
  },
): Mail {
  const { subject, told, remedy, action } = alert;
  return renderMail(to, {
    subject,
    paragraphs: [told, `If it was not you, ${remedy}.`],
    action,
    footnote: 'If it was you, there is nothing to do.',
  });
}

function renderAction({ label, url }: { label: string; url: string }): string {
  const href = escapeHtml(url);
  return `<p><a class="button" href="${href}">${escapeHtml(label)}</a></p>
<p class="note">Or open this address:<br><a class="link" href="${href}">${href}</a></p>`;
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escapeHtml(title)}</title>
<style>
:root { color-scheme: light dark; }
body { margin: 0; padding: 24px; background: #f4f4f6; font: 16px/1.5 system-ui, sans-serif; }
.card { max-width: 520px; margin: 0 auto; padding: 28px; border-radius: 12px; background: #ffffff; }
.brand { margin: 0 0 16px; font-weight: 700; color: #18181b; }
.text { margin: 0 0 16px; color: #27272a; }
.note { margin: 16px 0 0; font-size: 14px; color: #52525b; }
.link { color: #3f3f8f; overflow-wrap: anywhere; }
.button { display: inline-block; padding: 12px 20px; border-radius: 8px; background: #3730a3; color: #ffffff; text-decoration: none; font-weight: 600; }
@media (prefers-color-scheme: dark) {
  body { background: #101014; }
  .card { background: #1c1c22; }
  .brand, .text { color: #f4f4f5; }
  .note { color: #b4b4bd; }
  .link { color: #b9b8ff; }
  .button { background: #a5a3ff; color: #101014; }
}
</style>
</head>
<body>
<div class="card">
<p class="brand">VoiceFlow</p>
${body}
</div>
</body>
</html>
`;
}
