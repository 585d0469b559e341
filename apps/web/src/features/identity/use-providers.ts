import { useQuery } from '@tanstack/react-query';
import { listProviders, type Provider } from '../../api/providers.ts';

/** Through whom one can log in here; none until the server has said. */
export function useProviders(): readonly Provider[] {
  const { data = [] } = useQuery({
    queryKey: ['providers'],
    queryFn: ({ signal }) => listProviders(signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data;
}
