import { useQuery } from '@tanstack/react-query';
import { listMembers } from '../../api/teams.ts';

export const membersQueryKey = (teamId: string) => ['teams', teamId, 'members'];

export function useMembers(teamId: string) {
  return useQuery({
    queryKey: membersQueryKey(teamId),
    queryFn: ({ signal }) => listMembers(teamId, signal),
  });
}
