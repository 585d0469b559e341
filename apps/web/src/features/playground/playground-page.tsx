import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { apiKeyStore } from '../../api/api-key.ts';
import { problemOf } from '../../api/problem.ts';
import { listVoices } from '../../api/voices.ts';
import { Button } from '../../components/button.tsx';
import { Loading } from '../../components/loading.tsx';
import { ProblemNote } from '../../components/problem-note.tsx';
import { Page } from '../../shell/page.tsx';
import { useStore } from '../../use-store.ts';
import { ApiKeyCard } from './api-key-card.tsx';
import { Playground } from './playground.tsx';

const route = getRouteApi('/shell/');

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
    <Page
      title="Playground"
      lead="Write something, pick a voice, and listen while it is still being made."
    >
      {wanted && <ApiKeyCard />}
      {!wanted && !voices.data && voices.isFetching && (
        <Loading>Asking the server for its voices</Loading>
      )}
      {!wanted && voices.isError && !voices.isFetching && (
        <div className="space-y-4">
          <ProblemNote problem={problemOf(voices.error)} />
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
    </Page>
  );
}
