import { z } from 'zod';
import { integerParameter, pageSize } from '../../platform/decimal-text.ts';
import { formatId, type IdKind, idPrefixes, parseId } from '../../platform/ids.ts';
import { showValue } from '../../platform/shown-value.ts';
import type { AuditRow } from './chain.ts';
import type { AuditFilter } from './store.ts';

const actorSchema = z
  .string()
  .refine((text) => parseActor(text) !== undefined, {
    error: 'must be a user id (user_…), a key id (key_…), "system" or "anonymous"',
  })
  .describe('Who did it: a user, a key, `system` (the server itself) or `anonymous` (a stranger).')
  .meta({ example: 'user_01jd3x5qf8e5v9b1m2n3p4q5r6' });

const eventTypeSchema = z
  .string()
  .max(100)
  .regex(/^[a-z_]+\.([a-z_]+|\*)$/, 'must be a type such as api_key.created, or api_key.*')
  .describe('One type, or all of a noun: `api_key.*`.')
  .meta({ example: 'api_key.*' });

const resourceTypeSchema = z
  .string()
  .regex(/^[a-z_]{1,50}$/, 'must be a type such as api_key')
  .meta({ example: 'api_key' });

const resourceIdSchema = z
  .string()
  .regex(/^[\x21-\x7e]{1,100}$/, 'must be an id of 1 to 100 characters')
  .meta({ example: 'key_01jd3x5qf8e5v9b1m2n3p4q5r6' });

const timeSchema = z.iso.datetime({
  offset: true,
  error: ({ input }) => `must be a time such as 2026-01-20T10:30:00Z, not ${showValue(input)}`,
});

const filters = {
  actor: actorSchema.optional(),
  event_type: eventTypeSchema.optional(),
  resource_type: resourceTypeSchema.optional(),
  resource_id: resourceIdSchema.optional(),
  from: timeSchema
    .optional()
    .describe('The earliest time, included.')
    .meta({ example: '2026-01-01T00:00:00Z' }),
  to: timeSchema
    .optional()
    .describe('The latest time, not included.')
    .meta({ example: '2026-02-01T00:00:00Z' }),
  success: z
    .enum(['true', 'false'])
    .optional()
    .describe('Only what succeeded, or only what did not.'),
};

const cursorSchema = z
  .string()
  .regex(/^[1-9]\d{0,14}$/, 'must be the next_cursor of a page')
  .meta({ example: '4711' });

export const listAuditLogSchema = z.strictObject({
  ...filters,
  limit: pageSize(),
  cursor: cursorSchema.optional().describe('The `next_cursor` of the page before.'),
});

export const exportFormats = ['csv', 'jsonl'] as const;
export type ExportFormat = (typeof exportFormats)[number];

export const exportAuditLogSchema = z.strictObject({
  format: z.enum(exportFormats),
  ...filters,
});

export const auditEventSchema = z
  .object({
    timestamp: z.iso.datetime(),
    event_type: z.string(),
    actor: z.object({
      user_id: z.string().nullable().describe('Null: no person, or nobody known.'),
      api_key_id: z.string().optional().describe('The key, where one acted.'),
      ip_address: z.string().nullable(),
      user_agent: z.string().nullable(),
    }),
    resource: z.object({ type: z.string(), id: z.string().nullable() }),
    details: z.record(z.string(), z.unknown()),
    success: z.boolean(),
  })
  .meta({
    id: 'AuditEvent',
    example: {
      timestamp: '2026-01-20T10:30:00.000Z',
      event_type: 'api_key.created',
      actor: {
        user_id: 'user_01jd3x5qf8e5v9b1m2n3p4q5r6',
        ip_address: '192.0.2.7',
        user_agent: 'Mozilla/5.0',
      },
      resource: { type: 'api_key', id: 'key_01jd3x5qf8e5v9b1m2n3p4q5r6' },
      details: { name: 'Production', mode: 'live', scopes: ['*'] },
      success: true,
    },
  });

export type AuditEvent = z.output<typeof auditEventSchema>;

export const auditPageSchema = z
  .object({ data: z.array(auditEventSchema), next_cursor: cursorSchema.nullable() })
  .meta({ id: 'AuditPage' });

export const verifyAuditLogSchema = z
  .strictObject({
    sequence: integerParameter({ min: 1, max: Number.MAX_SAFE_INTEGER })
      .optional()
      .describe('With `hash`: a `head` that you noted earlier and that must still hold.')
      .meta({ example: 120 }),
    hash: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits')
      .optional()
      .meta({ example: '6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b' }),
  })
  .refine((noted) => (noted.sequence === undefined) === (noted.hash === undefined), {
    path: ['hash'],
    error: 'sequence and hash are given together',
  });

export const chainReportSchema = z
  .object({
    valid: z.boolean(),
    checked_events: z.int().describe('Events whose hashes were recomputed.'),
    retired_events: z.int().describe('Events that are past their retention and gone.'),
    head: z
      .object({ sequence: z.int(), hash: z.string() })
      .nullable()
      .describe('The last event. Note it elsewhere: later it proves what came before.'),
    first_broken: z
      .object({
        sequence: z.int(),
        reason: z.enum(['changed', 'missing', 'unexpected', 'rewritten']),
        event: auditEventSchema.nullable().describe('As it stands there now.'),
      })
      .nullable(),
  })
  .meta({
    id: 'AuditChainReport',
    example: {
      valid: true,
      checked_events: 260,
      retired_events: 0,
      head: {
        sequence: 260,
        hash: '6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b',
      },
      first_broken: null,
    },
  });

type FilterInput = Partial<Record<keyof typeof filters, string>>;

/** The filter of a query in the words of the table. */
export function toAuditFilter(input: FilterInput): AuditFilter {
  return {
    actor: input.actor === undefined ? undefined : parseActor(input.actor),
    eventType: input.event_type,
    resourceType: input.resource_type,
    resourceId: input.resource_id === undefined ? undefined : parseAnyId(input.resource_id),
    from: input.from === undefined ? undefined : new Date(input.from),
    to: input.to === undefined ? undefined : new Date(input.to),
    success: input.success === undefined ? undefined : input.success === 'true',
  };
}

function parseActor(text: string): AuditFilter['actor'] {
  if (text === 'system' || text === 'anonymous') return { kind: text, id: null };
  for (const kind of ['user', 'key'] as const) {
    const id = parseId(kind, text);
    if (id !== undefined) return { kind, id };
  }
  return undefined;
}

/** The UUID behind a public id of whatever kind; other text as it is. */
function parseAnyId(text: string): string {
  const kinds = Object.keys(idPrefixes).filter(isIdKind);
  return kinds.map((kind) => parseId(kind, text)).find((id) => id !== undefined) ?? text;
}

function isIdKind(text: string): text is IdKind {
  return Object.hasOwn(idPrefixes, text);
}

const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The event as the API shows it. */
export function presentAuditEvent(row: AuditRow): AuditEvent {
  const { actor_kind: kind, actor_id: id } = row;
  return {
    timestamp: row.created_at.toISOString(),
    event_type: row.event_type,
    actor: {
      user_id: kind === 'user' && id !== null ? formatId('user', id) : null,
      ...(kind === 'key' && id !== null ? { api_key_id: formatId('key', id) } : {}),
      ip_address: row.ip_address,
      user_agent: row.user_agent,
    },
    resource: { type: row.resource_type, id: presentResourceId(row) },
    details: row.details,
    success: row.success,
  };
}

/** In its public form where ids of that type have one: the same that its own routes show. */
function presentResourceId({ resource_type: type, resource_id: id }: AuditRow): string | null {
  const kind = type === 'api_key' ? 'key' : type;
  return id !== null && isIdKind(kind) && uuidPattern.test(id) ? formatId(kind, id) : id;
}
