import { type QueryClient, useQuery } from '@tanstack/react-query';
import { chooseTeam, forgetTeam } from '../../api/team-choice.ts';
import { listTeams } from '../../api/teams.ts';
import { useSession } from '../identity/session.ts';

export const teamsQueryKey = ['teams'];

/** The teams of the person here, and the one that they act in. */
export function useTeams() {
  const { data: session } = useSession();
  const teams = useQuery({
    queryKey: teamsQueryKey,
    queryFn: ({ signal }) => listTeams(signal),
    enabled: session?.kind === 'person',
    staleTime: 60_000,
  });
  const currentId = session?.kind === 'person' ? session.me.team?.id : undefined;
  return { teams, current: teams.data?.find(({ id }) => id === currentId) };
}

/** Goes over to another team: what was shown belongs to the one before. */
export async function changeTeam(queryClient: QueryClient, id: string): Promise<void> {
  chooseTeam(id);
  await queryClient.resetQueries();
}

/** Call it when the person belongs to their team no more: the server says where they are then. */
export async function leaveTeam(queryClient: QueryClient): Promise<void> {
  forgetTeam();
  await queryClient.resetQueries();
}
