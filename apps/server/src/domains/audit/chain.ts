import { createHash } from 'node:crypto';
import type { AuditLogTable } from '../../platform/database/schema.ts';
import { canonicalJson } from './canonical-json.ts';

export type AuditRow = AuditLogTable;
/** An event as it is hashed: everything but its place in the chain. */
export type AuditRowContent = Omit<AuditRow, 'sequence' | 'hash'>;

/** The chain of what belongs to no team. */
export const serverChain = '00000000-0000-0000-0000-000000000000';
/** Stands for the hash before a chain's first event, in the database's `append_audit_event` too. */
export const genesisHash = '0'.repeat(64);

/**
 * What surrounds retention and team in the text that stands for an event in its hash: the canonical JSON
 * of all but `sequence` and `hash`. The database puts those two in, which it alone knows.
 */
export function contentParts(
  row: Omit<AuditRowContent, 'retention' | 'team_id'>,
): readonly [string, string, string] {
  const before = canonicalJson({
    id: row.id,
    event_type: row.event_type,
    actor_kind: row.actor_kind,
    actor_id: row.actor_id,
    ip_address: row.ip_address,
    request_id: row.request_id,
    resource_type: row.resource_type,
    resource_id: row.resource_id,
    details: row.details,
    created_at: row.created_at.toISOString(),
  });
  return [
    `${before.slice(0, -1)},"retention":`,
    `,"success":${canonicalJson(row.success)},"team_id":`,
    `,"user_agent":${canonicalJson(row.user_agent)}}`,
  ];
}

/** The text that stands for an event in its hash. */
export function contentOf(row: AuditRowContent): string {
  const [before, between, after] = contentParts(row);
  return before + canonicalJson(row.retention) + between + canonicalJson(row.team_id) + after;
}

/** The same as the database's `audit_hash`, which makes the hashes that this one checks. */
export function hashLink(previousHash: string, sequence: number, content: string): string {
  return createHash('sha256').update(`${previousHash}\n${sequence}\n${content}`).digest('hex');
}
