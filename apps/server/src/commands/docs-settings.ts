import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { renderSettingsPage } from './settings-page.ts';

const page = resolve(import.meta.dirname, '../../../docs/docs/reference/settings.md');
const text = renderSettingsPage();

if (process.argv.includes('--check')) {
  if ((await readFile(page, 'utf8').catch(() => '')) !== text) {
    process.stderr.write(`${page} is stale: run npm run docs:settings\n`);
    process.exitCode = 1;
  }
} else {
  await mkdir(dirname(page), { recursive: true });
  await writeFile(page, text);
}
