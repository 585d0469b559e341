import { Outlet, useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { problemOf } from '../api/problem.ts';
import { Button } from '../components/button.tsx';
import { Loading } from '../components/loading.tsx';
import { ProblemNote } from '../components/problem-note.tsx';
import { useSession } from '../features/identity/session.ts';
import { Page } from './page.tsx';

/** Pages about an account: whoever is not known logs in first, and comes back. */
export function PersonOnly() {
  const session = useSession();
  if (session.data?.kind === 'person') return <Outlet />;
  if (session.data) return <ToLogIn />;
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

/** Once: as long as the other page loads, this one is drawn again and again. */
function ToLogIn() {
  const router = useRouter();
  useEffect(() => {
    const { href: next } = router.latestLocation;
    void router.navigate({ to: '/log-in', search: { next }, replace: true });
  }, [router]);
  return null;
}
