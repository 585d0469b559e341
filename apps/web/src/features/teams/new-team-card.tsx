import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { createTeam } from '../../api/teams.ts';
import { ApiForm } from '../../components/api-form.tsx';
import { Button } from '../../components/button.tsx';
import { CancelButton } from '../../components/cancel-button.tsx';
import { Card } from '../../components/card.tsx';
import { TextField } from '../../components/text-field.tsx';
import { focusPageHeading } from '../../shell/page.tsx';
import { changeTeam } from './use-team.ts';

export function NewTeamCard() {
  const queryClient = useQueryClient();
  const [open, setOpen] = useState(false);
  return (
    <Card title="Another team" lead="With members, keys and an audit log of its own; you own it.">
      {open ? (
        <ApiForm
          focusFirst
          submitLabel="Create team"
          aside={<CancelButton onClick={() => setOpen(false)} />}
          action={async ({ name = '' }) => {
            const { id } = await createTeam(name);
            setOpen(false);
            await changeTeam(queryClient, id);
            focusPageHeading();
          }}
        >
          <TextField
            name="name"
            label="Name of the new team"
            autoComplete="off"
            maxLength={100}
            required
          />
        </ApiForm>
      ) : (
        <Button onClick={() => setOpen(true)}>Create a team</Button>
      )}
    </Card>
  );
}
