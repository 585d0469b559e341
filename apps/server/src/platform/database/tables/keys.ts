import type { Generated } from 'kysely';
import type { KeyMode } from '../../context.ts';
import type { CreatedAt, UpdatedAt } from './columns.ts';

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
interface KeyNoticesTable {
  api_key_id: string;
  expires_at: Date;
  days_before: number;
  noticed_at: CreatedAt;
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
interface SigningPoliciesTable {
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

export interface KeyTables {
  api_keys: ApiKeysTable;
  key_notices: KeyNoticesTable;
  api_key_secrets: ApiKeySecretsTable;
  signing_secrets: SigningSecretsTable;
  signing_policies: SigningPoliciesTable;
  client_tokens: ClientTokensTable;
}
