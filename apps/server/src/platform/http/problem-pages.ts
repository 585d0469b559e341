import { escapeHtml } from '../escape-html.ts';
import { type ErrorKind, problemGuide } from '../problem-guide.ts';
import { type App, hidden } from './app.ts';
import { type PlainPage, plainPages } from './plain-page.ts';
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

const sendPage = plainPages(`
code { font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
dt { font-weight: 600; margin-top: 1rem; }
dd { margin: 0; }
nav { border-top: 1px solid color-mix(in srgb, currentcolor 30%, transparent); margin-top: 2rem; padding: 1rem 0; }
`);

/** Where the `type` of a problem document leads: a page for each code, and one of them all. */
export function addProblemPages(app: App): void {
  const problems = explainProblems();
  for (const problem of problems) {
    app.get(typeOf(problem.code), hidden, (_request, reply) =>
      sendPage(reply, describePage(problem.title, renderProblem(problem))),
    );
  }
  app.get(problemPages, hidden, (_request, reply) =>
    sendPage(reply, describePage('Problems', renderList(problems))),
  );
}

function renderProblem({ code, status, meaning, retry }: ExplainedProblem): string {
  return `<p>${renderText(meaning)}</p>
<dl>
<dt>Code</dt><dd><code>${code}</code></dd>
<dt>Status</dt><dd>${status}</dd>
<dt>Does it help to try again?</dt><dd>${renderText(retry)}</dd>
</dl>`;
}

function renderList(problems: readonly ExplainedProblem[]): string {
  const entries = problems.map(
    ({ code, status, meaning }) =>
      `<dt><a href="${typeOf(code)}"><code>${code}</code></a> ${status}</dt><dd>${renderText(meaning)}</dd>`,
  );
  return `<dl>\n${entries.join('\n')}\n</dl>`;
}

function describePage(title: string, content: string): PlainPage {
  const body = `<main>
<h1>${escapeHtml(title)}</h1>
${content}
</main>
<nav><a href="${problemPages}">All problems</a> · <a href="/docs/api">API reference</a></nav>`;
  return { title, body, kept: true };
}

/** Text of the guide, in which backticks mark what is typed. */
function renderText(text: string): string {
  return escapeHtml(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');
}
