import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import {
  fetchDeadLetters,
  purgeDeadLetter,
  purgeDeadLetters,
  replayDeadLetter,
} from '../../api/dead-letters.ts';
import { type Problem, problemOf } from '../../api/problem.ts';
import { ActionButton } from '../../components/action-button.tsx';
import { Card } from '../../components/card.tsx';
import { ConfirmButton } from '../../components/dialog-button.tsx';
import { Note } from '../../components/note.tsx';
import { ProblemNote } from '../../components/problem-note.tsx';
import { QueryState } from '../../components/query-state.tsx';
import { Page } from '../../shell/page.tsx';
import { DeadLetterRow } from './dead-letter-row.tsx';

const queryKey = ['dead-letters'];
const noCursor = (): string | null => null;

export function DeadLettersPage() {
  return (
    <Page
      title="Dead letters"
      lead="Speech of this server's teams that was given up. They are deleted by themselves after some days."
      narrow
    >
      <DeadLetters />
    </Page>
  );
}

function DeadLetters() {
  const queryClient = useQueryClient();
  const letters = useInfiniteQuery({
    queryKey,
    queryFn: ({ signal, pageParam }) => fetchDeadLetters(pageParam, signal),
    initialPageParam: noCursor(),
    getNextPageParam: (page) => page.next_cursor,
  });
  /** Of a letter that has gone from the list meanwhile, or whose place another one has taken. */
  const [outcome, setOutcome] = useState<{ made: number } | Problem>();
  const change = async (action: () => Promise<void>) => {
    setOutcome(undefined);
    await action();
    await queryClient.invalidateQueries({ queryKey });
  };
  const replay = async (id: string) =>
    setOutcome(
      await replayDeadLetter(id).then(
        (made) => ({ made }),
        (error: unknown) => problemOf(error),
      ),
    );
  const list = letters.data?.pages.flatMap(({ data }) => data);
  return (
    <Card title="Given up" lead="Newest first. A team's audit log says who opened one of its own.">
      <div className="space-y-4">
        {outcome &&
          ('made' in outcome ? (
            <Note>
              Made: {outcome.made.toFixed(1)} s of speech, which the team gets when it asks again.
            </Note>
          ) : (
            <ProblemNote problem={outcome} />
          ))}
        <QueryState query={{ ...letters, data: list }} what="the dead letters">
          {(found) =>
            found.length === 0 ? (
              <p className="text-muted">There is none.</p>
            ) : (
              <>
                <ul aria-label="Dead letters" className="divide-y divide-border">
                  {found.map((letter) => (
                    <DeadLetterRow
                      key={letter.id}
                      letter={letter}
                      replay={() => change(() => replay(letter.id))}
                      purge={() => change(() => purgeDeadLetter(letter.id))}
                    />
                  ))}
                </ul>
                <div className="flex flex-wrap gap-3">
                  {letters.hasNextPage && (
                    <ActionButton
                      label="Load more"
                      action={async () => {
                        await letters.fetchNextPage({ throwOnError: true });
                      }}
                    />
                  )}
                  <ConfirmButton
                    label="Delete all"
                    title="Delete all dead letters?"
                    told="Those of every team go for good, also those that are not shown here, with the texts that they hold."
                    action={() => change(purgeDeadLetters)}
                  />
                </div>
              </>
            )
          }
        </QueryState>
      </div>
    </Card>
  );
}
