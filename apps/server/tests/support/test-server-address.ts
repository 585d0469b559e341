import { tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { localAddressOf } from '../../src/platform/supervisor/local-address.ts';

const repositoryRoot = resolve(import.meta.dirname, '../../../..');

/** Kept between runs, so that only the first pays for making a cluster. */
export const testServerDir = join(
  tmpdir(),
  `voiceflow-tests-${userInfo().uid}-${Buffer.from(repositoryRoot).toString('base64url').slice(-24)}`,
);
export const testServerAddress = localAddressOf(testServerDir);
