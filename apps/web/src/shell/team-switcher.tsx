import { useQueryClient } from '@tanstack/react-query';
import { useId } from 'react';
import type { Me } from '../api/account.ts';
import { changeTeam, useTeams } from '../features/teams/use-team.ts';

/** In which team one acts; whoever belongs to several may change it. */
export function TeamSwitcher({ me }: { me: Me }) {
  const id = useId();
  const queryClient = useQueryClient();
  const { data: teams = [] } = useTeams().teams;
  const [only] = teams;
  if (teams.length < 2) {
    return <p className="truncate px-3 text-sm text-muted">{only?.name ?? '\u00a0'}</p>;
  }
  return (
    <div>
      <label htmlFor={id} className="sr-only">
        Team
      </label>
      <select
        id={id}
        value={me.team?.id}
        onChange={(event) => void changeTeam(queryClient, event.target.value)}
        className="control min-h-11 w-full cursor-pointer truncate px-3 text-[15px]"
      >
        {teams.map((team) => (
          <option key={team.id} value={team.id}>
            {team.name}
          </option>
        ))}
      </select>
    </div>
  );
}
