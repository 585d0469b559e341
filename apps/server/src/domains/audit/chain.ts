import { createHash } from 'node:crypto';
import type { AuditLogTable } from '../../platform/database/schema.ts';
import { canonicalJson } from './canonical-json.ts';

export type AuditRow = AuditLogTable;
/** An event as it is hashed: everything but its place in the chain. */
export type AuditRowContent = Omit<AuditRow, 'sequence' | 'hash'>;

/** The chain of what belongs to no team. */
export const serverChain = '00000000-0000-0000-0000-000000000000';
/** Stands for the hash before a chain's first event. */
export const genesisHash = '0'.repeat(64);

/** The text that stands for an event in its hash. */
export function contentOf(row: AuditRowContent): string {
  return canonicalJson({
    id: row.id,
    team_id: row.team_id,
    retention: row.retention,
    event_type: row.event_type,
    actor_kind: row.actor_kind,
    actor_id: row.actor_id,
    ip_address: row.ip_address,
    user_agent: row.user_agent,
    request_id: row.request_id,
    resource_type: row.resource_type,
    resource_id: row.resource_id,
    details: row.details,
    success: row.success,
    created_at: row.created_at.toISOString(),
  });
}

/** The same as the database's `audit_hash`, which makes the hashes that this one checks. */
export function hashLink(previousHash: string, sequence: number, content: string): string {
  return createHash('sha256').update(`${previousHash}\n${sequence}\n${content}`).digest('hex');
}
