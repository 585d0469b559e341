import { type QueryClient, queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { fetchMe, type Me } from '../../api/account.ts';
import { apiKeyStore, forgetApiKey } from '../../api/api-key.ts';
import { denialStore } from '../../api/denials.ts';
import { permissionsQueryKey } from '../../api/permissions.ts';
import { ApiError, isCredentialRefused } from '../../api/problem.ts';
import { forgetTeam, keepToTeam, teamChoiceStore } from '../../api/team-choice.ts';

/** Who is here, as the server sees it. */
export type Session =
  /** Somebody who logged in, or the operator at the server's own machine. */
  | { kind: 'person'; me: Me }
  /** A program's key, pasted into this tab: it speaks, and has no account. */
  | { kind: 'key' }
  | { kind: 'nobody' };

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => readSession(signal),
  staleTime: 60_000,
});

async function readSession(signal: AbortSignal): Promise<Session> {
  try {
    const me = await fetchMe(signal);
    keepToTeam(me.team?.id);
    return { kind: 'person', me };
  } catch (error) {
    if (error instanceof ApiError) {
      if (isCredentialRefused(error.problem)) return { kind: 'nobody' };
      if (error.problem.code === 'user_required') return { kind: 'key' };
    }
    throw error;
  }
}

export function useSession() {
  return useQuery(sessionQuery);
}

const otherTabs = new BroadcastChannel('voiceflow.session');

/** Lets this tab's key go: whoever the cookies name is here again, or nobody. */
export async function dropApiKey(queryClient: QueryClient): Promise<void> {
  forgetApiKey();
  await queryClient.invalidateQueries(sessionQuery);
}

/** Call it when somebody has logged in or out: whatever was shown belongs to somebody else. */
export async function changeSession(queryClient: QueryClient): Promise<void> {
  otherTabs.postMessage('changed');
  forgetApiKey();
  forgetTeam();
  await queryClient.resetQueries();
}

/** Call it when the account of the person here has changed: this tab and the others ask for it anew. */
export async function rereadAccount(queryClient: QueryClient): Promise<void> {
  otherTabs.postMessage('changed');
  await queryClient.invalidateQueries(sessionQuery);
}

/** Notices a log-in or log-out in another tab, and a session that ended, a team that was lost and a role that was lowered meanwhile. */
export function useSessionWatch(): void {
  const queryClient = useQueryClient();
  useEffect(() => {
    const readAnew = () => {
      apiKeyStore.update({ wanted: false });
      forgetTeam();
      void queryClient.resetQueries();
    };
    let { wanted } = apiKeyStore.get();
    const noticeRefusal = () => {
      const before = wanted;
      wanted = apiKeyStore.get().wanted;
      if (wanted && !before) void queryClient.invalidateQueries(sessionQuery);
    };
    let { lost } = teamChoiceStore.get();
    const noticeLoss = () => {
      const before = lost;
      lost = teamChoiceStore.get().lost;
      // Not reset: what was just refused is still told.
      if (lost && !before) void queryClient.invalidateQueries();
    };
    // These two are never denied themselves.
    const noticeDenial = () => {
      void queryClient.invalidateQueries(sessionQuery);
      void queryClient.invalidateQueries({ queryKey: permissionsQueryKey });
    };
    otherTabs.addEventListener('message', readAnew);
    const stops = [
      apiKeyStore.subscribe(noticeRefusal),
      teamChoiceStore.subscribe(noticeLoss),
      denialStore.subscribe(noticeDenial),
      () => otherTabs.removeEventListener('message', readAnew),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [queryClient]);
}
