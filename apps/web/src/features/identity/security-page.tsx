import { TextLink } from '../../components/text-link.tsx';
import { Page } from '../../shell/page.tsx';
import { ConnectionsCard } from './connections-card.tsx';
import { DeletionCard } from './deletion-card.tsx';
import { EmailCard } from './email-card.tsx';
import { PasskeysCard } from './passkeys-card.tsx';
import { PasswordCard } from './password-card.tsx';
import { useSession } from './session.ts';
import { SessionsCard } from './sessions-card.tsx';
import { TwoFactorCard } from './two-factor-card.tsx';

export function SecurityPage() {
  const { data: session } = useSession();
  if (session?.kind !== 'person') return null;
  const { me } = session;
  if (me.local_operator) return <OperatorNote />;
  return (
    <Page title="Security" lead="How you log in, and where you are logged in." narrow>
      <div className="space-y-4 sm:space-y-6">
        <PasswordCard hasPassword={me.has_password} />
        <TwoFactorCard on={me.two_factor} hasPassword={me.has_password} />
        <PasskeysCard />
        <SessionsCard />
        <ConnectionsCard />
        <EmailCard email={me.email} hasPassword={me.has_password} />
        <DeletionCard />
      </div>
    </Page>
  );
}

/** Whoever sits at the machine is its operator; there is nothing to log in with. */
function OperatorNote() {
  return (
    <Page title="Security" narrow>
      <div className="card p-6">
        <p>
          At this machine you are let in without an account, so there is no password and no session
          to look after.
        </p>
        <p className="mt-4 text-muted">
          To work from elsewhere, <TextLink to="/register">create an account</TextLink> or{' '}
          <TextLink to="/log-in">log in</TextLink>.
        </p>
      </div>
    </Page>
  );
}
