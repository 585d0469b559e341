import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useLocation, useNavigate } from '@tanstack/react-router';
import { logOut, type Me } from '../../api/account.ts';
import {
  acceptInvitation,
  type InvitationPreview,
  previewInvitation,
} from '../../api/invitations.ts';
import { problemOf, tellAtField } from '../../api/problem.ts';
import { ActionButton } from '../../components/action-button.tsx';
import { Loading } from '../../components/loading.tsx';
import { TextLink } from '../../components/text-link.tsx';
import { Time } from '../../components/time.tsx';
import { AccountLayout } from '../../shell/account-layout.tsx';
import { changeSession, useSession } from '../identity/session.ts';
import { forgetToken, keepToken, readKeptToken } from './invitation-token.ts';
import { withArticle } from './roles.ts';
import { changeTeam } from './use-team.ts';

export function InvitationPage() {
  // It stands behind the `#`, so that no log has it.
  const brought = useLocation({
    select: ({ hash }) => new URLSearchParams(hash).get('token') ?? '',
  });
  const token = brought || readKeptToken();
  const { data: session } = useSession();
  const preview = useQuery({
    queryKey: ['invitation', token],
    queryFn: ({ signal }) => previewInvitation(token, signal),
    enabled: token !== '',
  });
  if (token === '') {
    return (
      <AccountLayout
        title="This link is not whole"
        lead="Its end is missing. Open it from the mail once more, or copy all of it."
      />
    );
  }
  if (preview.isError) {
    const problem = problemOf(preview.error);
    return (
      <AccountLayout
        title={problem.code === 'invalid_invitation' ? 'No such invitation' : problem.title}
        lead={tellAtField(problem)}
        below={
          <p>
            Accepted it already? <TextLink to="/team">Open your team</TextLink>
          </p>
        }
      />
    );
  }
  if (!preview.data || !session) {
    return (
      <AccountLayout title="An invitation">
        <Loading>Asking the server for the invitation</Loading>
      </AccountLayout>
    );
  }
  const { team, role, invited_by: inviter, expires_at: expiresAt } = preview.data;
  return (
    <AccountLayout
      title={`Join ${team.name}`}
      lead={
        <>
          {inviter?.name ?? 'Somebody of this team'} invites you as {withArticle(role)}. The
          invitation runs out <Time at={expiresAt} />.
        </>
      }
    >
      {session.kind === 'person' && !session.me.local_operator ? (
        <Answer token={token} preview={preview.data} me={session.me} />
      ) : (
        <ToAccount token={token} preview={preview.data} />
      )}
    </AccountLayout>
  );
}

interface StepProps {
  token: string;
  preview: InvitationPreview;
}

/** For somebody who is logged in. */
function Answer({ token, preview, me }: StepProps & { me: Me }) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  if (preview.email !== null && preview.email !== me.email.toLowerCase()) {
    return (
      <div className="space-y-4">
        <p className="break-words">
          It is for <strong>{preview.email}</strong>, and you are logged in as{' '}
          <strong>{me.email}</strong>. Use that other account, or ask for an invitation to this one.
        </p>
        <ActionButton
          label="Log out"
          action={async () => {
            keepToken(token);
            await logOut(false);
            await changeSession(queryClient);
          }}
        />
      </div>
    );
  }
  return (
    <div className="space-y-4">
      <p className="break-words text-muted">You are logged in as {me.email}.</p>
      <ActionButton
        label="Accept"
        look="primary"
        action={async () => {
          const teamId = await acceptInvitation(token);
          forgetToken();
          await navigate({ to: '/team' });
          await changeTeam(queryClient, teamId);
        }}
      />
    </div>
  );
}

/** For somebody who is not known yet, with an account or without. */
function ToAccount({ token, preview }: StepProps) {
  return (
    <div className="space-y-4">
      {preview.email !== null && (
        <p className="break-words">
          It is for the account of <strong>{preview.email}</strong>.
        </p>
      )}
      <Link
        to="/log-in"
        search={{ next: '/invitation' }}
        onClick={() => keepToken(token)}
        className="inline-flex min-h-11 items-center rounded-sm bg-primary px-4 font-medium text-on-primary hover:bg-primary-hover"
      >
        Log in to accept
      </Link>
      <p className="text-muted">
        No account yet? <TextLink to="/register">Create one</TextLink>, then open this link again:
        the invitation waits.
      </p>
    </div>
  );
}
