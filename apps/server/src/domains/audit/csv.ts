import type { AuditEvent } from './schema.ts';

const columns = [
  'timestamp',
  'event_type',
  'user_id',
  'api_key_id',
  'ip_address',
  'user_agent',
  'resource_type',
  'resource_id',
  'details',
  'success',
] as const;

/** What a spreadsheet takes for the start of a formula, also in full width and behind white space. */
const formulaStart = /^\s*[=+\-@\t\r\n＝＋－＠]/u;

export const csvHeader = `${columns.join(',')}\r\n`;

/** One event as a line of CSV (RFC 4180); `details` as JSON, null as nothing. */
export function toCsvLine(event: AuditEvent): string {
  const values: Record<(typeof columns)[number], string | null | undefined> = {
    timestamp: event.timestamp,
    event_type: event.event_type,
    user_id: event.actor.user_id,
    api_key_id: event.actor.api_key_id,
    ip_address: event.actor.ip_address,
    user_agent: event.actor.user_agent,
    resource_type: event.resource.type,
    resource_id: event.resource.id,
    details: JSON.stringify(event.details),
    success: String(event.success),
  };
  return `${columns.map((column) => toCell(values[column] ?? '')).join(',')}\r\n`;
}

/** Quoted, and with an apostrophe in front where a spreadsheet would calculate (OWASP, CSV injection). */
function toCell(text: string): string {
  if (text === '') return '';
  const harmless = formulaStart.test(text) ? `'${text}` : text;
  return `"${harmless.replaceAll('"', '""')}"`;
}
