import { join } from 'node:path';
import { buildWeb } from '../../../scripts/build-web.mjs';

/** The web app as it ships, built once for all tests; nothing is done where the build is of these sources. */
export async function setup(): Promise<void> {
  await buildWeb(join(import.meta.dirname, '../../..'), process.execPath);
}
