import type { CheckedRoute } from '../check-route.ts';
import { accountRoutes } from './accounts.ts';
import { auditRoutes } from './audit-log.ts';
import { clientTokenRoutes } from './client-tokens.ts';
import { connectionRoutes } from './connections.ts';
import { deadLetterRoutes } from './dead-letters.ts';
import { keyRoutes } from './keys.ts';
import { signingRoutes } from './signing.ts';
import { ssoRoutes } from './sso.ts';
import { synthesisRoutes } from './synthesis.ts';
import { teamRoutes } from './teams.ts';
import { voiceRoutes } from './voices.ts';
import { webhookRoutes } from './webhooks.ts';

/** Every route that asks for a credential, by domain: whoever adds one adds a line there. */
export const checkedRoutes: readonly CheckedRoute[] = [
  ...accountRoutes,
  ...auditRoutes,
  ...connectionRoutes,
  ...deadLetterRoutes,
  ...clientTokenRoutes,
  ...keyRoutes,
  ...signingRoutes,
  ...synthesisRoutes,
  ...teamRoutes,
  ...voiceRoutes,
  ...webhookRoutes,
  ...ssoRoutes,
];
