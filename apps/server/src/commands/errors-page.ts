import { explainProblems } from '../platform/http/index.ts';

/** The reference page of all problem codes, in Markdown, from what the server itself says of them. */
export function renderErrorsPage(): string {
  const sections = explainProblems().map(
    ({ code, status, meaning, retry }) =>
      `## ${code}\n\nStatus ${status}. ${meaning}\n\nDoes it help to try again? ${retry}\n`,
  );
  return `---
title: Errors
---

<!-- Made from apps/server/src/platform/problem-guide.ts by \`npm run docs:errors\`. Do not edit. -->

# Errors

What each \`code\` of a [problem document](../api/basics.md#errors) means. Its \`type\` is the path of the
same text on your own server: \`/docs/errors/\` and the code.

${sections.join('\n')}`;
}
