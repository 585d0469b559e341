import { accountCalls } from './accounts.ts';
import type { AuditedCalls } from './changing-call.ts';
import { clientTokenCalls } from './client-tokens.ts';
import { connectionCalls } from './connections.ts';
import { deadLetterCalls } from './dead-letters.ts';
import { deviceCalls } from './devices.ts';
import { keyCalls } from './keys.ts';
import { passkeyCalls } from './passkeys.ts';
import { signingCalls } from './signing.ts';
import { ssoCalls } from './sso.ts';
import { teamCalls } from './teams.ts';
import { webhookCalls } from './webhooks.ts';

/** By domain: whoever adds a route that changes state adds a call of it there. */
export const auditedCalls: AuditedCalls = (server, dns) => ({
  ...accountCalls(server, dns),
  ...clientTokenCalls(server, dns),
  ...deviceCalls(server, dns),
  ...connectionCalls(server, dns),
  ...deadLetterCalls(server, dns),
  ...keyCalls(server, dns),
  ...signingCalls(server, dns),
  ...passkeyCalls(server, dns),
  ...webhookCalls(server, dns),
  ...teamCalls(server, dns),
  ...ssoCalls(server, dns),
});
