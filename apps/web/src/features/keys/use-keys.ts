import { useQuery } from '@tanstack/react-query';
import { listKeys } from '../../api/keys.ts';

export const keysQueryKey = ['keys'];

export function useKeys() {
  return useQuery({ queryKey: keysQueryKey, queryFn: ({ signal }) => listKeys(signal) });
}
