import type { Context, GuestRole } from '../../platform/context.ts';
import type { Member } from './member-store.ts';
import type { MemberChange } from './members.ts';

interface Call<Input> {
  readonly ctx: Context;
  readonly input: Input;
}

/** What the routes of teams need beside the database; verbs among it go on above teams. */
export interface TeamServices {
  /** Without a slash at the end. */
  readonly publicUrl: string;
  readonly changeMemberRole: (
    call: Call<MemberChange & { readonly role: GuestRole }>,
  ) => Promise<Member>;
  readonly deleteTeamWithKeys: (
    call: Call<{ readonly id: string; readonly name: string }> & { readonly publicUrl: string },
  ) => Promise<void>;
  readonly removeMemberWithKeys: (call: Call<MemberChange>) => Promise<void>;
}

export const shared = { tags: ['Teams'] };
/** Routes for people alone. */
export const forPeople = { ...shared, security: [{ AccessToken: [] }] };

export const refusals = ['invalid_field', 'missing_credential', 'permission_denied'] as const;
export const bodyRefusals = [...refusals, 'body_too_large', 'unsupported_media_type'] as const;
