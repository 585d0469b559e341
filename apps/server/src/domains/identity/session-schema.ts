import { z } from 'zod';
import { pageSize } from '../../platform/decimal-text.ts';
import { formatId, parseId } from '../../platform/ids.ts';
import type { StoredSession } from './session-store.ts';
import { describeUserAgent } from './user-agent.ts';

export const sessionIdSchema = z
  .string()
  .refine((text) => parseId('session', text) !== undefined, {
    error: 'must be a session id (sess_…)',
  })
  .meta({ example: 'sess_01jd3x5qf8e5v9b1m2n3p4q5r6' });

export const listSessionsSchema = z.strictObject({
  limit: pageSize(),
  cursor: sessionIdSchema.optional().describe('The `next_cursor` of the page before.'),
});

export const sessionSchema = z
  .object({
    id: sessionIdSchema,
    current: z.boolean().describe('Whether this request came within it.'),
    name: z.string().nullable().describe('What the device calls itself, where it was connected.'),
    browser: z.string().nullable().meta({ example: 'Firefox 128' }),
    os: z.string().nullable().meta({ example: 'Linux' }),
    user_agent: z.string().nullable().describe('As the program sent it.'),
    ip_address: z.string().nullable().describe('From where it began.'),
    created_at: z.iso.datetime(),
    last_used_at: z.iso.datetime().describe('Exact to a quarter of an hour.'),
    expires_at: z.iso.datetime().describe('When it ends, however much it is used.'),
  })
  .meta({ id: 'Session' });

export const sessionPageSchema = z
  .object({ data: z.array(sessionSchema), next_cursor: sessionIdSchema.nullable() })
  .meta({ id: 'SessionPage' });

/** The session as the API shows it to its owner. */
export async function presentSession(
  session: StoredSession,
  currentId: string | undefined,
): Promise<z.output<typeof sessionSchema>> {
  return {
    id: formatId('session', session.id),
    current: session.id === currentId,
    name: session.name,
    ...(await describeUserAgent(session.userAgent)),
    user_agent: session.userAgent,
    ip_address: session.ipAddress,
    created_at: session.createdAt.toISOString(),
    last_used_at: session.lastUsedAt.toISOString(),
    expires_at: session.expiresAt.toISOString(),
  };
}
