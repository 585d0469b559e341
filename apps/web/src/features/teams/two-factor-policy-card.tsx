import { useQueryClient } from '@tanstack/react-query';
import { announce } from '../../announcements.ts';
import { requireTwoFactor, type Team } from '../../api/teams.ts';
import { ActionButton } from '../../components/action-button.tsx';
import { Card } from '../../components/card.tsx';
import { useConfirmed } from '../identity/use-confirmed.tsx';
import { teamsQueryKey } from './use-team.ts';

export function TwoFactorPolicyCard({ team }: { team: Team }) {
  const queryClient = useQueryClient();
  const { run, form } = useConfirmed();
  const required = team.two_factor_required;
  const change = () =>
    run(async () => {
      await requireTwoFactor(team.id, !required);
      await queryClient.invalidateQueries({ queryKey: teamsQueryKey, exact: true });
      announce(`A second factor is ${required ? 'asked for no longer' : 'asked for now'}.`);
    });
  return (
    <Card
      title="Second factor for all"
      lead={
        required
          ? 'Members act here with a second factor, or come through your own identity provider.'
          : 'This team asks its members for none. Once it does, those without a second factor set one up first; API keys go on as they are.'
      }
    >
      {form ?? (
        <ActionButton
          label={required ? 'Ask no longer' : 'Require a second factor'}
          action={change}
        />
      )}
    </Card>
  );
}
