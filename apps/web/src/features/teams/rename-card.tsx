import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { renameTeam, type Team } from '../../api/teams.ts';
import { ApiForm } from '../../components/api-form.tsx';
import { Card } from '../../components/card.tsx';
import { Note } from '../../components/note.tsx';
import { TextField } from '../../components/text-field.tsx';
import { teamsQueryKey } from './use-team.ts';

export function RenameCard({ team }: { team: Team }) {
  const queryClient = useQueryClient();
  const [done, setDone] = useState(false);
  return (
    <Card title="Name">
      <div className="space-y-4">
        {done && <Note>The team is called {team.name} from now on.</Note>}
        <ApiForm
          submitLabel="Rename"
          action={async ({ name = '' }) => {
            setDone(false);
            await renameTeam(team.id, name);
            await queryClient.invalidateQueries({ queryKey: teamsQueryKey, exact: true });
            setDone(true);
          }}
        >
          <TextField
            name="name"
            label="Name of the team"
            autoComplete="off"
            defaultValue={team.name}
            maxLength={100}
            required
          />
        </ApiForm>
      </div>
    </Card>
  );
}
