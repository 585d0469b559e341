import { hash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { escapeHtml } from '../escape-html.ts';

const baseStyle = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { background: canvas; max-width: 44rem; margin: 2rem auto; padding: 0 1rem; }
`;

export interface PlainPage {
  readonly title: string;
  /** HTML, all that is not ours in it escaped. */
  readonly body: string;
  /** Whether a browser may keep it and ask whether it is still so. */
  readonly kept: boolean;
}

/** Sends pages of text that run no script and fetch nothing, in the reader's colours, with `style` besides. */
export function plainPages(style: string): (reply: FastifyReply, page: PlainPage) => FastifyReply {
  const wholeStyle = baseStyle + style;
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${hash('sha256', wholeStyle, 'base64')}'`,
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  return (reply, { title, body, kept }) =>
    reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', policy)
      .header('cache-control', kept ? 'no-cache' : 'no-store')
      .send(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} – VoiceFlow</title>
<style>${wholeStyle}</style>
</head>
<body>
${body}
</body>
</html>
`);
}
