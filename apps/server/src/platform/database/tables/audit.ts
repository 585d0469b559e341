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
interface AuditChainsTable {
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

export interface AuditTables {
  audit_log: AuditLogTable;
  audit_chains: AuditChainsTable;
  audit_retirements: AuditRetirementsTable;
}
