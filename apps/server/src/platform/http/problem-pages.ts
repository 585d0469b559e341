import { hash } from 'node:crypto';
import { escapeHtml } from '../escape-html.ts';
import { type ErrorKind, problemGuide } from '../problem-guide.ts';
import { type App, hidden } from './app.ts';
import { problemPages, statusOfKind, titleOf, typeOf } from './problem.ts';

/** What there is to say of a code. */
export interface ExplainedProblem {
  readonly code: string;
  readonly title: string;
  readonly status: number;
  readonly meaning: string;
  readonly retry: string;
}

/** All codes, by their status. */
export function explainProblems(): ExplainedProblem[] {
  return Object.keys(problemGuide)
    .filter(isKind)
    .flatMap((kind) =>
      Object.entries(problemGuide[kind]).map(([code, meaning]) => ({
        code,
        title: titleOf(code),
        status: statusOfKind[kind],
        meaning,
        retry: retryOf(kind),
      })),
    )
    .toSorted((one, other) => one.status - other.status);
}

function isKind(kind: string): kind is ErrorKind {
  return Object.hasOwn(problemGuide, kind);
}

function retryOf(kind: ErrorKind): string {
  switch (kind) {
    case 'rate_limited':
    case 'unavailable':
      return 'Yes: after as many seconds as the header `Retry-After` says.';
    case 'timed_out':
    case 'failed':
      return 'Yes: with the same `Idempotency-Key` it counts once.';
    case 'exhausted':
      return 'Only once the budget begins anew, or was raised.';
    case 'conflict':
      return 'Only once the state that forbids it has changed.';
    default:
      return 'No: the same request gets the same answer until it, or the credential, is changed.';
  }
}

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { background: canvas; max-width: 44rem; margin: 2rem auto; padding: 0 1rem; }
code { font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
dt { font-weight: 600; margin-top: 1rem; }
dd { margin: 0; }
nav { border-top: 1px solid color-mix(in srgb, currentcolor 30%, transparent); margin-top: 2rem; padding: 1rem 0; }
`;

const policy = [
  "default-src 'none'",
  `style-src 'sha256-${hash('sha256', style, 'base64')}'`,
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Where the `type` of a problem document leads: a page for each code, and one of them all. */
export function addProblemPages(app: App): void {
  const pages = new Map<string, string>(
    explainProblems().map((problem) => [typeOf(problem.code), renderProblem(problem)]),
  );
  pages.set(problemPages, renderList(explainProblems()));
  for (const [path, html] of pages) {
    app.get(path, hidden, async (_request, reply) =>
      reply
        .type('text/html; charset=utf-8')
        .header('content-security-policy', policy)
        .header('cache-control', 'no-cache')
        .send(html),
    );
  }
}

function renderProblem({ code, title, status, meaning, retry }: ExplainedProblem): string {
  return renderPage(
    title,
    `<p>${renderText(meaning)}</p>
<dl>
<dt>Code</dt><dd><code>${code}</code></dd>
<dt>Status</dt><dd>${status}</dd>
<dt>Does it help to try again?</dt><dd>${renderText(retry)}</dd>
</dl>`,
  );
}

function renderList(problems: readonly ExplainedProblem[]): string {
  const entries = problems.map(
    ({ code, status, meaning }) =>
      `<dt><a href="${typeOf(code)}"><code>${code}</code></a> ${status}</dt><dd>${renderText(meaning)}</dd>`,
  );
  return renderPage('Problems', `<dl>\n${entries.join('\n')}\n</dl>`);
}

function renderPage(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} – VoiceFlow</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${body}
</main>
<nav><a href="${problemPages}">All problems</a> · <a href="/docs/api">API reference</a></nav>
</body>
</html>
`;
}

/** Text of the guide, in which backticks mark what is typed. */
function renderText(text: string): string {
  return escapeHtml(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');
}
