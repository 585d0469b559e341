import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * An address for a local socket that stands for a folder. On Linux it lies outside the file system,
 * so it is free the moment its owner dies, and no path is too long for it.
 */
export function localAddressOf(directory: string): string {
  const name = `voiceflow-${createHash('sha256').update(directory).digest('hex').slice(0, 32)}`;
  return process.platform === 'linux' ? `\0${name}` : join(tmpdir(), `${name}.sock`);
}
