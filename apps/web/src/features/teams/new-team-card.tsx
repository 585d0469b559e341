import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Attempt } from '../../api/attempt.ts';
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
  const [attempt, setAttempt] = useState<Attempt>();
  const close = () => setAttempt(undefined);
  return (
    <Card title="Another team" lead="With members, keys and an audit log of its own; you own it.">
      {attempt ? (
        <ApiForm
          focusFirst
          submitLabel="Create team"
          aside={<CancelButton onClick={close} />}
          action={async ({ name = '' }) => {
            const { id } = await createTeam(name, attempt);
            close();
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
        <Button onClick={() => setAttempt(new Attempt())}>Create a team</Button>
      )}
    </Card>
  );
}
