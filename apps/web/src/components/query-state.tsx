import type { ReactNode } from 'react';
import { problemOf } from '../api/problem.ts';
import { Button } from './button.tsx';
import { Loading } from './loading.tsx';
import { ProblemNote } from './problem-note.tsx';

interface QueryStateProps<Data> {
  /** Whatever useQuery or useInfiniteQuery gives. */
  query: {
    data: Data | undefined;
    error: Error | null;
    isError: boolean;
    isFetching: boolean;
    refetch: () => unknown;
  };
  /** What is asked for, after "Asking the server for". */
  what: string;
  children: (data: Data) => ReactNode;
}

/** What a query brought; until then that it is asked for, or why it did not come. */
export function QueryState<Data>({ query, what, children }: QueryStateProps<Data>) {
  if (query.data !== undefined) return children(query.data);
  if (!query.isError || query.isFetching) return <Loading>Asking the server for {what}</Loading>;
  return (
    <div className="space-y-4">
      <ProblemNote problem={problemOf(query.error)} />
      <Button onClick={() => query.refetch()}>Try again</Button>
    </div>
  );
}
