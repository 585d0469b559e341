import { useQuery } from '@tanstack/react-query';
import { type Action, fetchPermissions } from '../../api/permissions.ts';
import { useSession } from '../identity/session.ts';

/** What the person here may do in their team: nothing while it is not known yet. */
export function usePermissions() {
  const { data: session } = useSession();
  const { data: permissions } = useQuery({
    queryKey: ['permissions'],
    queryFn: ({ signal }) => fetchPermissions(signal),
    enabled: session?.kind === 'person',
    staleTime: 60_000,
  });
  const may = (action: Action) => permissions?.actions.includes(action) ?? false;
  return { permissions, may };
}
