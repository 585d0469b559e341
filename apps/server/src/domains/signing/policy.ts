import { z } from 'zod';
import type { DatabaseHandle } from '../../platform/database/database.ts';
import type { SignedRequests } from '../../platform/http/index.ts';
import type { SecretBox } from '../../platform/secret-box.ts';
import type { SharedCache } from '../../platform/shared-cache/index.ts';
import type { ReplayGuard } from '../../platform/signatures/index.ts';
import { isSigningRequired, listSealedSecrets } from './store.ts';

const lifetimeMs = 5 * 60_000;
const keptPolicySchema = z.object({ required: z.boolean(), sealed: z.array(z.string()) });

/** What a team's policy is called in the cache; whoever changes it invalidates this. */
export function policyNameInCache(teamId: string): string {
  return `signing:${teamId}`;
}

/** Checks signed requests by the policies of the teams, which the cache keeps with the secrets sealed. */
export function openSignedRequests(services: {
  readonly db: DatabaseHandle;
  readonly cache: SharedCache;
  readonly box: SecretBox;
  readonly replays: ReplayGuard;
}): SignedRequests {
  const { db, cache, box, replays } = services;
  return {
    replays,
    async policyOf(teamId) {
      const { required, sealed } = await cache.get({
        name: policyNameInCache(teamId),
        schema: keptPolicySchema,
        lifetimeMs: () => lifetimeMs,
        load: async () => ({
          required: await isSigningRequired(db, teamId),
          sealed: [...(await listSealedSecrets(db, teamId))],
        }),
      });
      return {
        required,
        async openSecrets() {
          const secrets = await Promise.all(sealed.map((text) => box.open(text)));
          return secrets.filter((secret) => secret !== undefined);
        },
      };
    },
  };
}
