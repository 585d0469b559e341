import { Navigate, Outlet, useLocation } from '@tanstack/react-router';
import { problemOf } from '../api/problem.ts';
import { Button } from '../components/button.tsx';
import { Loading } from '../components/loading.tsx';
import { ProblemNote } from '../components/problem-note.tsx';
import { useSession } from '../features/identity/session.ts';
import { Page } from './page.tsx';

/** Pages about an account: whoever is not known logs in first, and comes back. */
export function PersonOnly() {
  const session = useSession();
  const { href } = useLocation();
  if (session.data?.kind === 'person') return <Outlet />;
  if (session.data) return <Navigate to="/log-in" search={{ next: href }} replace />;
  return (
    <Page title="VoiceFlow">
      {session.isError ? (
        <div className="space-y-4">
          <ProblemNote problem={problemOf(session.error)} />
          <Button onClick={() => session.refetch()}>Try again</Button>
        </div>
      ) : (
        <Loading>Asking the server who you are</Loading>
      )}
    </Page>
  );
}
