import type { ColumnType, Generated, GeneratedAlways } from 'kysely';
import type { GuestRole, KeyMode, Role } from '../context.ts';

/** A timestamptz that the database or the app sets at insertion. */
type CreatedAt = ColumnType<Date, Date | undefined, never>;
/** A timestamptz with a default that later changes. */
type UpdatedAt = ColumnType<Date, Date | undefined, Date>;
/** A jsonb column: objects in, objects out. */
type JsonObject = ColumnType<
  Record<string, unknown>,
  Record<string, unknown> | undefined,
  Record<string, unknown>
>;

export interface UsersTable {
  id: Generated<string>;
  email: string;
  name: string | null;
  password_hash: string | null;
  email_verified_at: Date | null;
  created_at: CreatedAt;
  updated_at: UpdatedAt;
  /** When its owner asked for it to be deleted, and when it will be. */
  deletion_requested_at: Date | null;
  deletion_due_at: Date | null;
}

export interface SessionsTable {
  id: Generated<string>;
  user_id: string;
  ip_address: string | null;
  user_agent: string | null;
  /** What the device calls itself; null where a person logged in with a browser or by password. */
  name: string | null;
  /** By what it was opened; null where that was before it was noted. */
  method: ColumnType<string | null, string | null | undefined, never>;
  created_at: CreatedAt;
  last_used_at: UpdatedAt;
  expires_at: Date;
  revoked_at: Date | null;
  /** When its owner last proved again who they are. */
  confirmed_at: Date | null;
}

export interface RefreshTokensTable {
  /** SHA-256 of the token, in hex. */
  token_hash: string;
  session_id: string;
  created_at: CreatedAt;
  expires_at: Date;
  used_at: Date | null;
}

export interface DeviceGrantsTable {
  id: Generated<string>;
  /** SHA-256 of the device's code, in hex. */
  device_code_hash: string;
  /** Eight letters, without the dash. */
  user_code: string;
  name: string;
  ip_address: string | null;
  user_agent: string | null;
  created_at: CreatedAt;
  expires_at: Date;
  interval_seconds: number;
  last_polled_at: Date | null;
  user_id: string | null;
  session_id: string | null;
  decision: 'approved' | 'denied' | null;
}

export interface PasskeysTable {
  id: Generated<string>;
  user_id: string;
  /** As the authenticator names it, in base64url. */
  credential_id: string;
  public_key: Buffer<ArrayBuffer>;
  sign_count: number;
  transports: string[];
  name: string;
  backed_up: boolean;
  created_at: CreatedAt;
  last_used_at: Date | null;
}

export interface PasskeyChallengesTable {
  challenge: string;
  purpose: 'register' | 'log_in' | 'confirm';
  user_id: string | null;
  expires_at: Date;
}

export interface EmailTokensTable {
  /** SHA-256 of the token, in hex. */
  token_hash: string;
  user_id: string;
  purpose: 'verify_email' | 'reset_password' | 'change_email';
  /** The address that the token was sent to. */
  email: string;
  created_at: CreatedAt;
  expires_at: Date;
}

export interface TotpFactorsTable {
  user_id: string;
  sealed_secret: string;
  created_at: CreatedAt;
  confirmed_at: Date | null;
  last_step: Generated<number>;
}

export interface RecoveryCodesTable {
  user_id: string;
  /** SHA-256 of the code without its dashes, in hex. */
  code_hash: string;
}

export interface UserConnectionsTable {
  id: Generated<string>;
  user_id: string;
  /** `google`, `github`, or the public id of a team's identity provider. */
  provider: string;
  subject: string;
  /** As the provider said it last, for people to recognise the account by. */
  email: string | null;
  created_at: CreatedAt;
  last_used_at: Date | null;
}

export interface SignInsTable {
  /** SHA-256 of what the next step must bring, in hex. */
  token_hash: string;
  /** SHA-256 of the cookie of the browser that began. */
  browser_hash: string;
  stage: 'begun' | 'proven' | 'second_factor';
  provider: string;
  user_id: string | null;
  profile: ColumnType<
    Record<string, unknown> | null,
    Record<string, unknown> | null | undefined,
    never
  >;
  next: string;
  /** Of the session that the browser had when it left. */
  former_token_hash: ColumnType<string | null, string | null | undefined, never>;
  created_at: CreatedAt;
  expires_at: Date;
}

export interface SigningKeysTable {
  id: Generated<string>;
  public_jwk: JsonObject;
  sealed_private_jwk: string;
  created_at: CreatedAt;
}

export interface AttemptsTable {
  id: Generated<string>;
  /** SHA-256 of what was tried, in hex. */
  bucket: string;
  attempted_at: CreatedAt;
}

export interface MailsTable {
  id: Generated<string>;
  recipient: string;
  subject: string;
  body_text: string;
  body_html: string;
  created_at: CreatedAt;
  attempts: Generated<number>;
  next_attempt_at: UpdatedAt;
  sent_at: Date | null;
  last_error: string | null;
}

export interface TeamsTable {
  id: Generated<string>;
  name: string;
  owner_id: string;
  plan: Generated<string>;
  two_factor_required: Generated<boolean>;
  created_at: CreatedAt;
}

export interface TeamMembersTable {
  team_id: string;
  user_id: string;
  role: Generated<Role>;
  invited_at: CreatedAt;
}

export interface InvitationsTable {
  id: Generated<string>;
  team_id: string;
  /** Null: a link for whoever has it. */
  email: string | null;
  role: GuestRole;
  /** SHA-256 of the token, in hex. */
  token_hash: string;
  invited_by: string | null;
  invited_by_key: string | null;
  created_at: CreatedAt;
  expires_at: Date;
  accepted_at: Date | null;
  accepted_by: string | null;
  revoked_at: Date | null;
}

export interface SsoConnectionsTable {
  team_id: string;
  protocol: 'oidc' | 'saml';
  issuer: string | null;
  client_id: string | null;
  sealed_client_secret: string | null;
  entity_id: string | null;
  sign_in_url: string | null;
  certificates: string[] | null;
  default_role: GuestRole;
  required: boolean;
  created_at: CreatedAt;
  updated_at: UpdatedAt;
}

export interface SsoDomainsTable {
  team_id: string;
  domain: string;
  token: string;
  created_at: CreatedAt;
  verified_at: Date | null;
}

export interface ApiKeysTable {
  id: Generated<string>;
  team_id: string;
  name: string;
  /** SHA-256 of the whole key, in hex. */
  key_hash: string;
  /** What may be shown: `vf_live_` and the first four characters. */
  key_prefix: string;
  mode: KeyMode;
  scopes: string[];
  created_by: string | null;
  created_at: CreatedAt;
  /** Days that a secret of this key is good for; null: for ever. */
  lifetime_days: number | null;
  expires_at: Date | null;
  /** Networks as CIDR; empty: from anywhere. */
  allowed_ips: Generated<string[]>;
  requests_per_minute: number | null;
  last_used_at: Date | null;
  last_used_ip: string | null;
  revoked_at: Date | null;
  /** The last use of the present secret; null: it has not been used. */
  secret_used_at: Date | null;
  auto_rotate: Generated<boolean>;
  monthly_characters: number | null;
  monthly_generations: number | null;
  /** Whether its months are counted: it has a budget, or once had one. */
  counted: Generated<boolean>;
}

/** A notice of a key's end that went out. */
export interface KeyNoticesTable {
  api_key_id: string;
  expires_at: Date;
  days_before: number;
  noticed_at: CreatedAt;
}

/** What a key has used in a month, together with what is reserved. */
export interface KeyMonthsTable {
  api_key_id: string;
  /** Its first day (UTC), as `2026-01-01`. */
  month: ColumnType<Date, string, never>;
  characters: number;
  generations: number;
}

export interface BudgetReservationsTable {
  id: string;
  api_key_id: string;
  month: ColumnType<Date, string, never>;
  characters: number;
  created_at: CreatedAt;
}

/** A secret of a key beside its present one. */
export interface ApiKeySecretsTable {
  /** SHA-256 of the whole key, in hex. */
  key_hash: string;
  api_key_id: string;
  place: 'previous' | 'next';
  key_prefix: string;
  created_at: CreatedAt;
  /** Of the previous: when it stops working. */
  ends_at: Date | null;
  last_used_at: Date | null;
  /** Of the next: the secret itself. */
  sealed: string | null;
}

export interface SigningSecretsTable {
  id: Generated<string>;
  team_id: string;
  name: string;
  sealed_secret: string;
  created_by: string | null;
  created_at: CreatedAt;
  revoked_at: Date | null;
}

/** A team that is not here asks for no signatures. */
export interface SigningPoliciesTable {
  team_id: string;
  required: boolean;
  updated_at: UpdatedAt;
}

export interface ClientTokensTable {
  id: Generated<string>;
  team_id: string;
  /** SHA-256 of the token, in hex. */
  token_hash: string;
  api_key_id: string | null;
  user_id: string | null;
  session_id: string | null;
  scopes: string[];
  origin: string;
  created_at: CreatedAt;
  expires_at: Date;
  max_characters: number;
  used_characters: Generated<number>;
  max_audio_seconds: number;
  used_audio_seconds: Generated<number>;
}

export interface WebhooksTable {
  id: Generated<string>;
  team_id: string;
  url: string;
  events: string[];
  sealed_secret: string;
  created_by: string | null;
  created_at: CreatedAt;
  updated_at: UpdatedAt;
  failing_since: Date | null;
  disabled_at: Date | null;
}

export interface WebhookDeliveriesTable {
  id: Generated<string>;
  webhook_id: string;
  event: string;
  body: string;
  status: Generated<'pending' | 'delivered' | 'failed'>;
  attempts: Generated<number>;
  created_at: CreatedAt;
  attempted_at: Date | null;
  response_status: number | null;
  error: string | null;
}

export interface DeploymentsTable {
  id: Generated<string>;
  team_id: string;
  name: string;
  gpu_type: string | null;
  status: string;
  endpoint: string | null;
  /** Dollars an hour, as the decimal text of numeric(10,4). */
  hourly_cost: string | null;
  created_at: CreatedAt;
  stopped_at: Date | null;
}

/** One synthesis that was answered. The text itself is not kept. */
export interface GenerationsTable {
  id: Generated<string>;
  team_id: string;
  api_key_id: string | null;
  user_id: string | null;
  request_id: string;
  voice: string;
  locale: string;
  model_id: string;
  format: string;
  sample_rate: number;
  speed: number;
  characters: number;
  audio_seconds: number;
  compute_seconds: number;
  cache: 'miss' | 'hit' | 'joined';
  status: 'completed' | 'cancelled' | 'failed';
  error_code: string | null;
  created_at: CreatedAt;
  completed_at: Date | null;
}

export interface UsageEventsTable {
  id: GeneratedAlways<number>;
  team_id: string;
  api_key_id: string | null;
  deployment_id: string | null;
  generation_id: string | null;
  event_type: 'synthesis' | 'api_call' | 'gpu_minute';
  quantity: Generated<number>;
  characters: Generated<number>;
  audio_seconds: Generated<number>;
  compute_seconds: Generated<number>;
  voice: string | null;
  status: Generated<'completed' | 'cancelled' | 'failed'>;
  mode: Generated<KeyMode>;
  metadata: JsonObject;
  created_at: CreatedAt;
}

/** A job of the synthesis queue that failed for good. */
export interface DeadLettersTable {
  id: string;
  team_id: string | null;
  tier: string;
  /** JSON. */
  payload: string;
  /** JSON. */
  failures: string;
  queued_at: Date;
  died_at: Date;
}

/** What a stream was asked for, kept for a while so that it can be resumed. */
export interface SpeechOrdersTable {
  id: string;
  team_id: string;
  idempotency_key: string;
  operation: string;
  input: unknown;
  model_id: string;
  mode: 'live' | 'test';
  client_token_id: string | null;
  created_at: Date;
}

export interface IdempotencyKeysTable {
  team_id: string;
  key: string;
  /** SHA-256 of the canonical request. */
  request_hash: string;
  request_id: string;
  generation_id: string | null;
  characters_counted: Generated<number>;
  created_at: CreatedAt;
  completed_at: Date | null;
}

export interface RemovedMembersTable {
  team_id: string;
  /** SHA-256 of the address in lower case. */
  email_hash: string;
  user_id: string | null;
  removed_at: Date;
}

export interface IdempotentAnswersTable {
  sender_id: string;
  key: string;
  /** SHA-256 of the request. */
  request_hash: string;
  sealed_answer: string | null;
  created_at: Date;
}

export interface AuditEventsTable {
  id: Generated<string>;
  team_id: string | null;
  event_type: string;
  actor_kind: 'key' | 'user' | 'system';
  actor_id: string | null;
  ip_address: string | null;
  user_agent: string | null;
  request_id: string;
  resource_type: string;
  resource_id: string | null;
  details: JsonObject;
  success: Generated<boolean>;
  created_at: CreatedAt;
}

/** One event of the audit log. Rows are only ever added; old ones go with their partition. */
export interface AuditLogTable {
  id: string;
  /** The nil UUID where the event belongs to no team. */
  team_id: string;
  /** Its place in the team's chain, from 1, without gaps. */
  sequence: number;
  /** SHA-256 of its content and of all before it, in hex. */
  hash: string;
  /** Names the partitions that it lies in, and so how long it is kept. */
  retention: string;
  event_type: string;
  actor_kind: 'key' | 'user' | 'system' | 'anonymous';
  actor_id: string | null;
  ip_address: string | null;
  user_agent: string | null;
  request_id: string;
  resource_type: string;
  resource_id: string | null;
  details: Record<string, unknown>;
  success: boolean;
  created_at: Date;
}

/** The last link of each team's chain. */
export interface AuditChainsTable {
  team_id: string;
  sequence: number;
  hash: string;
}

/** A run of events that retention took out of a chain. */
export interface AuditRetirementsTable {
  team_id: string;
  first_sequence: number;
  last_sequence: number;
  /** The hash of the event before the first. */
  previous_hash: string;
  last_hash: string;
  retired_at: Date;
}

export interface OutboxTable {
  id: Generated<string>;
  team_id: string | null;
  topic: string;
  payload: JsonObject;
  created_at: CreatedAt;
  processed_at: Date | null;
}

export interface Tables {
  users: UsersTable;
  sessions: SessionsTable;
  refresh_tokens: RefreshTokensTable;
  device_grants: DeviceGrantsTable;
  passkeys: PasskeysTable;
  passkey_challenges: PasskeyChallengesTable;
  email_tokens: EmailTokensTable;
  totp_factors: TotpFactorsTable;
  recovery_codes: RecoveryCodesTable;
  user_connections: UserConnectionsTable;
  sign_ins: SignInsTable;
  signing_keys: SigningKeysTable;
  attempts: AttemptsTable;
  mails: MailsTable;
  teams: TeamsTable;
  team_members: TeamMembersTable;
  invitations: InvitationsTable;
  sso_connections: SsoConnectionsTable;
  sso_domains: SsoDomainsTable;
  api_keys: ApiKeysTable;
  signing_secrets: SigningSecretsTable;
  signing_policies: SigningPoliciesTable;
  api_key_secrets: ApiKeySecretsTable;
  client_tokens: ClientTokensTable;
  webhooks: WebhooksTable;
  webhook_deliveries: WebhookDeliveriesTable;
  key_months: KeyMonthsTable;
  key_notices: KeyNoticesTable;
  budget_reservations: BudgetReservationsTable;
  deployments: DeploymentsTable;
  generations: GenerationsTable;
  usage_events: UsageEventsTable;
  idempotency_keys: IdempotencyKeysTable;
  idempotent_answers: IdempotentAnswersTable;
  speech_orders: SpeechOrdersTable;
  removed_members: RemovedMembersTable;
  dead_letters: DeadLettersTable;
  /** Where earlier versions write; its rows move to the audit log. */
  audit_events: AuditEventsTable;
  audit_log: AuditLogTable;
  audit_chains: AuditChainsTable;
  audit_retirements: AuditRetirementsTable;
  outbox: OutboxTable;
}
