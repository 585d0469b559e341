import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import { join } from 'node:path';
import { z } from 'zod';

const packageSchema = z.object({
  version: z.string(),
  dependencies: z.record(z.string(), z.string()).default({}),
});

/**
 * Names all besides the model that decides what is heard: the code and data of this package, and
 * the packages that it stands on. A release that reads "$5" in another way has another name.
 */
export async function fingerprintEngine(sourceDir: string = import.meta.dirname): Promise<string> {
  const hash = createHash('sha256');
  for (const file of await listSources(sourceDir)) {
    hash.update(`\0${file}\0`).update(await readFile(join(sourceDir, file)));
  }
  for (const version of await listDependencies()) hash.update(`\0${version}`);
  return hash.digest('hex');
}

/** In one order on every machine. */
async function listSources(sourceDir: string): Promise<string[]> {
  const entries = await readdir(sourceDir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !/\.(?:test|(?:\w+-)?cases)\.ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(sourceDir.length + 1))
    .map((file) => file.replaceAll('\\', '/'))
    .sort();
}

async function listDependencies(): Promise<string[]> {
  const { dependencies } = await readPackage('..');
  const names = Object.keys(dependencies).sort();
  return Promise.all(names.map(async (name) => `${name}@${(await readPackage(name)).version}`));
}

async function readPackage(specifier: string): Promise<z.infer<typeof packageSchema>> {
  const file = findPackageJSON(specifier, import.meta.url);
  if (file === undefined) throw new Error(`${specifier} is not installed`);
  return packageSchema.parse(JSON.parse(await readFile(file, 'utf8')));
}
