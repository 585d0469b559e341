import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { announce } from '../../announcements.ts';
import { Attempt } from '../../api/attempt.ts';
import {
  type Invitation,
  invite,
  listInvitations,
  resendInvitation,
  revokeInvitation,
} from '../../api/invitations.ts';
import { ActionButton } from '../../components/action-button.tsx';
import { ApiForm } from '../../components/api-form.tsx';
import { Card } from '../../components/card.tsx';
import { CodeBlock } from '../../components/code-block.tsx';
import { Note } from '../../components/note.tsx';
import { QueryState } from '../../components/query-state.tsx';
import { Select } from '../../components/select.tsx';
import { TextField } from '../../components/text-field.tsx';
import { Time } from '../../components/time.tsx';
import { type GuestRole, guestRoles, withArticle } from './roles.ts';

const ways = [
  { value: 'mail', label: 'By e-mail' },
  { value: 'link', label: 'By a link', note: 'which you pass on' },
] as const;

/** What was sent just now: a link to pass on, or a mail to this address. */
type Sent = { url: string } | { email: string };

export function InvitationsCard({ teamId }: { teamId: string }) {
  const queryClient = useQueryClient();
  const queryKey = ['teams', teamId, 'invitations'];
  const invitations = useQuery({
    queryKey,
    queryFn: ({ signal }) => listInvitations(teamId, signal),
  });
  const [sent, setSent] = useState<Sent>();
  const [attempt] = useState(() => new Attempt());
  const refresh = () => queryClient.invalidateQueries({ queryKey });
  const tell = async (url: string | null, email: string | null) => {
    await refresh();
    setSent(url === null ? { email: email ?? '' } : { url });
  };
  return (
    <Card title="Invitations" lead="Each is good once, for seven days.">
      <div className="space-y-5">
        <InviteForm
          send={async (email, role) => {
            setSent(undefined);
            const asked = email === null ? { role } : { email, role };
            await tell(await invite(teamId, asked, attempt), email);
          }}
        />
        {sent && <SentNote sent={sent} />}
        <QueryState query={invitations} what="the invitations">
          {(list) =>
            list.length === 0 ? (
              <p className="text-muted">No invitation is waiting.</p>
            ) : (
              <ul aria-label="Waiting invitations" className="divide-y divide-border">
                {list.map((invitation) => (
                  <InvitationRow
                    key={invitation.id}
                    invitation={invitation}
                    resend={async () => {
                      setSent(undefined);
                      await tell(await resendInvitation(teamId, invitation.id), invitation.email);
                    }}
                    revoke={async () => {
                      await revokeInvitation(teamId, invitation.id);
                      setSent(undefined);
                      await refresh();
                      announce('The invitation was revoked.');
                    }}
                  />
                ))}
              </ul>
            )
          }
        </QueryState>
      </div>
    </Card>
  );
}

interface InviteFormProps {
  /** Without an address: by a link. */
  send: (email: string | null, role: GuestRole) => Promise<void>;
}

function InviteForm({ send }: InviteFormProps) {
  const [way, setWay] = useState<(typeof ways)[number]['value']>('mail');
  const [role, setRole] = useState<GuestRole>('developer');
  const [sentCount, setSentCount] = useState(0);
  return (
    <ApiForm
      submitLabel={way === 'mail' ? 'Send invitation' : 'Make a link'}
      action={async ({ email = '' }) => {
        await send(way === 'mail' ? email : null, role);
        setSentCount(sentCount + 1);
      }}
    >
      <div className="grid gap-5 sm:grid-cols-2">
        <div>
          <Select label="How" options={ways} value={way} onChange={setWay} />
        </div>
        <div>
          <Select label="As" options={guestRoles} value={role} onChange={setRole} />
        </div>
      </div>
      {way === 'mail' && (
        <TextField
          key={sentCount}
          name="email"
          label="E-mail"
          type="email"
          autoComplete="off"
          required
        />
      )}
    </ApiForm>
  );
}

function SentNote({ sent }: { sent: Sent }) {
  if ('email' in sent) return <Note>The invitation to {sent.email} is on its way.</Note>;
  return (
    <div className="space-y-3">
      <Note>Pass this link on. It is not shown again, and whoever has it can use it once.</Note>
      <CodeBlock name="link" text={sent.url} />
    </div>
  );
}

interface InvitationRowProps {
  invitation: Invitation;
  resend: () => Promise<void>;
  revoke: () => Promise<void>;
}

function InvitationRow({ invitation, resend, revoke }: InvitationRowProps) {
  const { email, role, invited_by: inviter, expires_at: expiresAt } = invitation;
  const who = email ?? `the link for ${withArticle(role)}`;
  const open = Date.parse(expiresAt) > Date.now();
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 py-3">
      <div className="min-w-0">
        <p className="font-medium break-words">{email ?? 'A link'}</p>
        <p className="text-sm break-words text-muted">
          as {withArticle(role)}
          {inviter?.name && ` · by ${inviter.name}`} · {open ? 'runs out' : 'ran out'}{' '}
          <Time at={expiresAt} />
        </p>
      </div>
      <div className="flex flex-wrap gap-2">
        <ActionButton
          label={email === null ? 'New link' : 'Send again'}
          describedBy={email === null ? `New link instead of ${who}` : `Send again to ${email}`}
          small
          action={resend}
        />
        <ActionButton label="Revoke" describedBy={`Revoke ${who}`} small action={revoke} />
      </div>
    </li>
  );
}
