import type { ColumnType, Generated } from 'kysely';
import type { CreatedAt, JsonObject, UpdatedAt } from './columns.ts';

interface UsersTable {
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

interface SessionsTable {
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

interface RefreshTokensTable {
  /** SHA-256 of the token, in hex. */
  token_hash: string;
  session_id: string;
  created_at: CreatedAt;
  expires_at: Date;
  used_at: Date | null;
}

interface DeviceGrantsTable {
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

interface PasskeysTable {
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

interface TotpFactorsTable {
  user_id: string;
  sealed_secret: string;
  created_at: CreatedAt;
  confirmed_at: Date | null;
  last_step: Generated<number>;
}

interface RecoveryCodesTable {
  user_id: string;
  /** SHA-256 of the code without its dashes, in hex. */
  code_hash: string;
}

interface UserConnectionsTable {
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

interface SigningKeysTable {
  id: Generated<string>;
  public_jwk: JsonObject;
  sealed_private_jwk: string;
  created_at: CreatedAt;
}

interface AttemptsTable {
  id: Generated<string>;
  /** SHA-256 of what was tried, in hex. */
  bucket: string;
  attempted_at: CreatedAt;
}

export interface IdentityTables {
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
}
