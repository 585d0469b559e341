import { useQueryClient } from '@tanstack/react-query';
import { ApiError, localProblem } from '../../api/problem.ts';
import { deleteTeam, type Team } from '../../api/teams.ts';
import { ApiForm } from '../../components/api-form.tsx';
import { Card } from '../../components/card.tsx';
import { TextField } from '../../components/text-field.tsx';
import { useConfirmed } from '../identity/use-confirmed.tsx';
import { leaveTeam } from './use-team.ts';

export function DeleteTeamCard({ team }: { team: Team }) {
  const queryClient = useQueryClient();
  const { run, form } = useConfirmed();
  return (
    <Card
      title="Delete the team"
      lead="At once and for good, with its members, invitations and keys. Its audit log stays."
    >
      {form ?? (
        <ApiForm
          danger
          submitLabel="Delete the team"
          action={async ({ name = '' }) => {
            if (name !== team.name) throw nameDiffers(team);
            await run(async () => {
              await deleteTeam(team.id, name);
              await leaveTeam(queryClient);
            });
          }}
        >
          <TextField
            name="name"
            label={`Type “${team.name}” to show that you mean this team`}
            autoComplete="off"
            spellCheck={false}
            required
          />
        </ApiForm>
      )}
    </Card>
  );
}

/** Told before anybody has to confirm who they are. */
function nameDiffers({ name }: Team): ApiError {
  return new ApiError({
    ...localProblem('Name differs', `The team is called ${name}, exactly so.`),
    param: 'name',
  });
}
