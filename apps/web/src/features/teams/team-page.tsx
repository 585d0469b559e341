import { QueryState } from '../../components/query-state.tsx';
import { TextLink } from '../../components/text-link.tsx';
import { Page } from '../../shell/page.tsx';
import { useSession } from '../identity/session.ts';
import { DeleteTeamCard } from './delete-team-card.tsx';
import { InvitationsCard } from './invitations-card.tsx';
import { LeaveCard } from './leave-card.tsx';
import { MembersCard } from './members-card.tsx';
import { NewTeamCard } from './new-team-card.tsx';
import { RenameCard } from './rename-card.tsx';
import { TransferCard } from './transfer-card.tsx';
import { TwoFactorPolicyCard } from './two-factor-policy-card.tsx';
import { usePermissions } from './use-permissions.ts';
import { useTeams } from './use-team.ts';

export function TeamPage() {
  const { teams, current } = useTeams();
  const { may, permissions } = usePermissions();
  const { data: session } = useSession();
  const me = session?.kind === 'person' ? session.me : undefined;
  return (
    <Page title={current?.name ?? 'Team'} lead="Who works here, and what each may do." narrow>
      <div className="space-y-4 sm:space-y-6">
        <QueryState query={teams} what="your team">
          {() =>
            current ? (
              <>
                {me?.team?.lacks_second_factor && me.team.role !== 'owner' ? (
                  <LeaveCard teamId={current.id} userId={me.id} />
                ) : (
                  <MembersCard teamId={current.id} />
                )}
                {may('members.invite') && <InvitationsCard teamId={current.id} />}
                {may('team.update') && <RenameCard team={current} />}
                {may('two_factor.require') && <TwoFactorPolicyCard team={current} />}
                {may('team.transfer') && <TransferCard teamId={current.id} />}
                {/* The first team of a server stays. */}
                {may('team.delete') && !permissions?.operator && <DeleteTeamCard team={current} />}
              </>
            ) : (
              <p className="card p-6">
                You belong to no team. Ask somebody to invite you, or create one of your own; your
                account is looked after on the page <TextLink to="/security">Security</TextLink>.
              </p>
            )
          }
        </QueryState>
        <NewTeamCard />
      </div>
    </Page>
  );
}
