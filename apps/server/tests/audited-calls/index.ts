import { accountCalls } from './accounts.ts';
import type { AuditedCalls } from './changing-call.ts';
import { connectionCalls } from './connections.ts';
import { deadLetterCalls } from './dead-letters.ts';
import { deviceCalls } from './devices.ts';
import { keyCalls } from './keys.ts';
import { passkeyCalls } from './passkeys.ts';
import { signingCalls } from './signing.ts';
import { teamCalls } from './teams.ts';
import { webhookCalls } from './webhooks.ts';

/** By domain: whoever adds a route that changes state adds a call of it there. */
export const auditedCalls: AuditedCalls = (server) => ({
  ...accountCalls(server),
  ...deviceCalls(server),
  ...connectionCalls(server),
  ...deadLetterCalls(server),
  ...keyCalls(server),
  ...signingCalls(server),
  ...passkeyCalls(server),
  ...webhookCalls(server),
  ...teamCalls(server),
});
