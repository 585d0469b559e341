import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { apiKeyStore } from '../../api/api-key.ts';
import { ApiError, localProblem } from '../../api/problem.ts';
import { listVoices } from '../../api/voices.ts';
import { Button } from '../../components/button.tsx';
import { Spinner } from '../../components/icon.tsx';
import { ProblemNote } from '../../components/problem-note.tsx';
import { useStore } from '../../use-store.ts';
import { ApiKeyCard } from './api-key-card.tsx';
import { Playground } from './playground.tsx';

const route = getRouteApi('/');

export function PlaygroundPage() {
  const settings = route.useSearch();
  const navigate = route.useNavigate();
  const { wanted } = useStore(apiKeyStore);
  const voices = useQuery({
    queryKey: ['voices'],
    queryFn: ({ signal }) => listVoices(signal),
    staleTime: Number.POSITIVE_INFINITY,
  });

  return (
    <main className="mx-auto w-full max-w-6xl flex-1 px-4 pt-6 pb-16 sm:px-6 sm:pt-10">
      <div className="mb-6 sm:mb-8">
        <h1 className="text-2xl sm:text-3xl">Playground</h1>
        <p className="mt-1 text-muted">
          Write something, pick a voice, and listen while it is still being made.
        </p>
      </div>
      {wanted && <ApiKeyCard />}
      {!wanted && !voices.data && voices.isFetching && (
        <p role="status" className="flex items-center gap-3 text-muted">
          <Spinner /> Asking the server for its voices
        </p>
      )}
      {!wanted && voices.isError && !voices.isFetching && (
        <div className="space-y-4">
          <ProblemNote problem={describeFailure(voices.error)} />
          <Button onClick={() => voices.refetch()}>Try again</Button>
        </div>
      )}
      {voices.data && (
        // Stays mounted behind the key card, so that no text is lost.
        <div hidden={wanted}>
          <Playground
            voices={voices.data}
            settings={settings}
            onSettings={(change) =>
              navigate({ search: { ...settings, ...change }, replace: true, resetScroll: false })
            }
          />
        </div>
      )}
    </main>
  );
}

function describeFailure(error: Error) {
  if (error instanceof ApiError) return error.problem;
  return localProblem('The server answered with something unexpected', error.message);
}
