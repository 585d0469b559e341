import type { Generated } from 'kysely';
import type { GuestRole, Role } from '../../context.ts';
import type { CreatedAt, UpdatedAt } from './columns.ts';

interface TeamsTable {
  id: Generated<string>;
  name: string;
  owner_id: string;
  plan: Generated<string>;
  two_factor_required: Generated<boolean>;
  created_at: CreatedAt;
}

interface TeamMembersTable {
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

interface SsoConnectionsTable {
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

interface SsoDomainsTable {
  team_id: string;
  domain: string;
  token: string;
  created_at: CreatedAt;
  verified_at: Date | null;
}

interface RemovedMembersTable {
  team_id: string;
  /** SHA-256 of the address in lower case. */
  email_hash: string;
  user_id: string | null;
  removed_at: Date;
}

export interface TeamTables {
  teams: TeamsTable;
  team_members: TeamMembersTable;
  invitations: InvitationsTable;
  sso_connections: SsoConnectionsTable;
  sso_domains: SsoDomainsTable;
  removed_members: RemovedMembersTable;
}
