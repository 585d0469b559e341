import { envSchema } from '../env.ts';

/** The reference page of all settings, in Markdown, from their schemas. */
export function renderSettingsPage(): string {
  const rows = Object.entries(envSchema.shape).map(([name, schema]) => {
    const { description = '', defaultText } = schema.meta() ?? {};
    const fallback = schema.safeParse(undefined).data;
    const shown = typeof defaultText === 'string' ? defaultText : describeDefault(fallback);
    return `| \`${name}\` | ${shown} | ${description} |`;
  });
  return `---
title: Settings
---

<!-- Made from apps/server/src/env.ts by \`npm run docs:settings\`. Do not edit. -->

# Settings

Every setting is an environment variable, read once at start. A value that cannot be used stops the
start and is named. One that is set to nothing counts as not set.

| Setting | Default | Meaning |
|---|---|---|
${rows.join('\n')}
`;
}

function describeDefault(value: unknown): string {
  return value === undefined ? 'not set' : `\`${String(value)}\``;
}
