import { z } from 'zod';
import { auditEventSchema } from '../audit/index.ts';
import { connectionSchema } from './oauth-schema.ts';
import { passkeySchema } from './passkey-schema.ts';
import { userSchema } from './schema.ts';
import { sessionSchema } from './session-schema.ts';

export const deletionSchema = z
  .object({
    deletion_due_at: z.iso
      .datetime()
      .describe('When the account is erased. Until then: log in, and `POST /v1/me/restore`.'),
  })
  .meta({ id: 'AccountDeletion' });

const time = z.iso.datetime();

export const accountExportSchema = z
  .object({
    exported_at: time,
    profile: userSchema.extend({
      has_password: z.boolean(),
      email_verified_at: time.nullable(),
    }),
    second_factor: z.object({ enabled_at: time, recovery_codes_left: z.int() }).nullable(),
    passkeys: z.array(passkeySchema),
    connections: z.array(connectionSchema),
    sessions: z
      .array(sessionSchema.extend({ revoked_at: time.nullable() }))
      .describe('Those that ended too, until they are deleted 90 days after they began.'),
    memberships: z.array(
      z.object({
        team: z.object({ id: z.string(), name: z.string() }),
        role: z.enum(['owner', 'admin', 'developer', 'viewer']),
        joined_at: time,
      }),
    ),
    audit_events: z
      .array(auditEventSchema)
      .describe('What this person did, and what was done to the account: the newest 10,000.'),
  })
  .meta({ id: 'AccountExport' });
export type AccountExport = z.output<typeof accountExportSchema>;
