import * as z from 'zod/mini';
import { callApi } from './call-api.ts';

const eventSchema = z.object({
  timestamp: z.string(),
  event_type: z.string(),
  actor: z.object({
    user_id: z.nullable(z.string()),
    api_key_id: z.optional(z.string()),
    ip_address: z.nullable(z.string()),
    user_agent: z.nullable(z.string()),
  }),
  resource: z.object({ type: z.string(), id: z.nullable(z.string()) }),
  details: z.record(z.string(), z.unknown()),
  success: z.boolean(),
});

export type AuditEvent = z.infer<typeof eventSchema>;

const pageSchema = z.object({ data: z.array(eventSchema), next_cursor: z.nullable(z.string()) });

export type AuditPage = z.infer<typeof pageSchema>;

/** By the names that the API gives them; what is left out does not narrow. */
export type AuditFilter = Readonly<Record<string, string>>;

/** The events that fit, newest first; `cursor` is where the page before ended. */
export async function fetchAuditPage(
  filter: AuditFilter,
  cursor: string | null,
  signal: AbortSignal,
): Promise<AuditPage> {
  const query = new URLSearchParams({ ...filter, ...(cursor === null ? {} : { cursor }) });
  const response = await callApi(`/v1/audit-log?${query}`, { signal });
  return pageSchema.parse(await response.json());
}

export async function exportAuditLog(filter: AuditFilter, format: 'csv' | 'jsonl'): Promise<Blob> {
  const query = new URLSearchParams({ ...filter, format });
  return (await callApi(`/v1/audit-log/export?${query}`)).blob();
}

const reportSchema = z.object({
  valid: z.boolean(),
  checked_events: z.number(),
  retired_events: z.number(),
  /** The last event. */
  head: z.nullable(z.object({ sequence: z.number(), hash: z.string() })),
  first_broken: z.nullable(
    z.object({ sequence: z.number(), reason: z.string(), event: z.nullable(eventSchema) }),
  ),
});

export type ChainReport = z.infer<typeof reportSchema>;

/** Recomputes the chain, and holds it against a head that was noted earlier, where there is one. */
export async function verifyAuditLog(
  noted: Readonly<Record<string, string>>,
): Promise<ChainReport> {
  const response = await callApi(`/v1/audit-log/verify?${new URLSearchParams(noted)}`);
  return reportSchema.parse(await response.json());
}
