import type { AuditTables } from './tables/audit.ts';
import type { IdentityTables } from './tables/identity.ts';
import type { KeyTables } from './tables/keys.ts';
import type { PlatformTables } from './tables/platform.ts';
import type { SynthesisTables } from './tables/synthesis.ts';
import type { TeamTables } from './tables/teams.ts';
import type { UsageTables } from './tables/usage.ts';
import type { WebhookTables } from './tables/webhooks.ts';

export type { AuditLogTable, AuditRetirementsTable } from './tables/audit.ts';
export type { EmailTokensTable, PasskeyChallengesTable, SignInsTable } from './tables/identity.ts';
export type {
  ApiKeySecretsTable,
  ApiKeysTable,
  ClientTokensTable,
  SigningSecretsTable,
} from './tables/keys.ts';
export type {
  DeadLettersTable,
  GenerationsTable,
  IdempotencyKeysTable,
  SpeechOrdersTable,
} from './tables/synthesis.ts';
export type { InvitationsTable } from './tables/teams.ts';
export type { UsageEventsTable } from './tables/usage.ts';
export type { WebhookDeliveriesTable, WebhooksTable } from './tables/webhooks.ts';

/** Every table, by the domain that writes it. */
export interface Tables
  extends AuditTables,
    IdentityTables,
    KeyTables,
    PlatformTables,
    SynthesisTables,
    TeamTables,
    UsageTables,
    WebhookTables {}
