import { useQueryClient } from '@tanstack/react-query';
import { removeMember } from '../../api/teams.ts';
import { Card } from '../../components/card.tsx';
import { ConfirmButton } from '../../components/dialog-button.tsx';
import { leaveTeam } from './use-team.ts';

interface LeaveProps {
  teamId: string;
  /** The person here. */
  userId: string;
}

/** In place of a team's members, for one who may not see them without a second factor. */
export function LeaveCard(props: LeaveProps) {
  return (
    <Card
      title="Your place here"
      lead="You see who works here once you have a second factor. You can also leave the team."
    >
      <LeaveButton {...props} />
    </Card>
  );
}

export function LeaveButton({ teamId, userId }: LeaveProps) {
  const queryClient = useQueryClient();
  return (
    <ConfirmButton
      label="Leave"
      describedBy="Leave the team"
      title="Leave this team?"
      told="You come back only by an invitation. The keys that you made here stop."
      action={async () => {
        await removeMember(teamId, userId);
        await leaveTeam(queryClient);
      }}
    />
  );
}
