import { useQuery } from '@tanstack/react-query';
import { type Action, fetchPermissions, permissionsQueryKey } from '../../api/permissions.ts';
import { useSession } from '../identity/session.ts';

/** What the person here may do in their team: nothing while it is not known yet. */
export function usePermissions() {
  const { data: session } = useSession();
  const { data: permissions } = useQuery({
    queryKey: permissionsQueryKey,
    queryFn: ({ signal }) => fetchPermissions(signal),
    enabled: session?.kind === 'person',
    staleTime: 60_000,
    // Somebody else may have changed the role while this page was behind another.
    refetchOnWindowFocus: 'always',
  });
  const may = (action: Action) => permissions?.actions.includes(action) ?? false;
  return { permissions, may };
}
