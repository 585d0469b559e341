import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { transferTeam } from '../../api/teams.ts';
import { ApiForm } from '../../components/api-form.tsx';
import { Card } from '../../components/card.tsx';
import { Select } from '../../components/select.tsx';
import { useConfirmed } from '../identity/use-confirmed.tsx';
import { useMembers } from './use-members.ts';

/** For the owner of a team that has others in it. */
export function TransferCard({ teamId }: { teamId: string }) {
  const queryClient = useQueryClient();
  const { data: members = [] } = useMembers(teamId);
  const { run, form } = useConfirmed();
  const [chosen, setChosen] = useState<string>();
  const others = members.filter(({ role }) => role !== 'owner');
  const next = others.find(({ user_id: id }) => id === chosen) ?? others[0];
  if (!next) return null;
  return (
    <Card title="Hand the team over" lead="Another member becomes the owner, and you an admin.">
      {form ?? (
        <ApiForm
          danger
          submitLabel="Hand over"
          action={() =>
            run(async () => {
              await transferTeam(teamId, next.user_id);
              await queryClient.resetQueries();
            })
          }
        >
          <div>
            <Select
              label="New owner"
              options={others.map(({ user_id: value, name, email }) => ({
                value,
                label: name ?? email,
                ...(name === null ? {} : { note: email }),
              }))}
              value={next.user_id}
              onChange={setChosen}
            />
          </div>
        </ApiForm>
      )}
    </Card>
  );
}
