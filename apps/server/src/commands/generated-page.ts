import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';

const docsDir = resolve(import.meta.dirname, '../../../docs/docs');

/** Writes a page of the documentation that is made from source; with `--check` says when it is stale. */
export async function keepPage(path: string, text: string, command: string): Promise<void> {
  const page = resolve(docsDir, path);
  if (!process.argv.includes('--check')) {
    await mkdir(dirname(page), { recursive: true });
    await writeFile(page, text);
  } else if ((await readFile(page, 'utf8').catch(() => '')) !== text) {
    const shown = relative(process.cwd(), page);
    process.stderr.write(`${shown} is stale: run npm run ${command}\n`);
    process.exitCode = 1;
  }
}
