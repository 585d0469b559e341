import { infiniteQueryOptions, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type AuditFilter, exportAuditLog, fetchAuditPage } from '../../api/audit-log.ts';
import { ActionButton } from '../../components/action-button.tsx';
import { Card } from '../../components/card.tsx';
import { QueryState } from '../../components/query-state.tsx';
import { saveFile } from '../../save-file.ts';
import { Page } from '../../shell/page.tsx';
import { useTeams } from '../teams/use-team.ts';
import { EventRow } from './event-row.tsx';
import { SearchCard } from './search-card.tsx';
import { useActors } from './use-actors.ts';
import { VerifyCard } from './verify-card.tsx';

const eventsQuery = (filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: ['audit-log', filter],
    queryFn: ({ signal, pageParam }) => fetchAuditPage(filter, pageParam, signal),
    initialPageParam: noCursor(),
    getNextPageParam: (page) => page.next_cursor,
    // A search fetches its first page, and shows it then.
    staleTime: 5_000,
  });

const noCursor = (): string | null => null;

export function AuditLogPage() {
  const { current } = useTeams();
  return (
    <Page title="Audit log" lead="What was done in your team, by whom, and from where." narrow>
      {current && <AuditLog teamId={current.id} />}
    </Page>
  );
}

function AuditLog({ teamId }: { teamId: string }) {
  const queryClient = useQueryClient();
  const actors = useActors(teamId);
  const [filter, setFilter] = useState<AuditFilter>({});
  const events = useInfiniteQuery(eventsQuery(filter));
  const list = events.data?.pages.flatMap(({ data }) => data);
  return (
    <div className="space-y-4 sm:space-y-6">
      <SearchCard
        actors={actors}
        onSearch={async (asked) => {
          await queryClient.fetchInfiniteQuery(eventsQuery(asked));
          setFilter(asked);
        }}
      />
      <Card title="Events" lead="Newest first.">
        <QueryState query={{ ...events, data: list }} what="the events">
          {(found) => (
            <div className="space-y-4">
              <p role="status" className="text-muted">
                {found.length === 0 && 'Nothing fits this search.'}
                {found.length > 0 &&
                  (events.hasNextPage
                    ? `The newest ${found.length} that fit.`
                    : `${found.length} ${found.length === 1 ? 'fits' : 'fit'}, and no more.`)}
              </p>
              <ul className="divide-y divide-border">
                {found.map((event, index) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: events have no id, and keep their order
                  <EventRow key={index} event={event} actors={actors} />
                ))}
              </ul>
              <div className="flex flex-wrap gap-3">
                {events.hasNextPage && (
                  <ActionButton
                    label="Load more"
                    action={async () => {
                      await events.fetchNextPage({ throwOnError: true });
                    }}
                  />
                )}
                <ExportButton filter={filter} format="csv" />
                <ExportButton filter={filter} format="jsonl" />
              </div>
            </div>
          )}
        </QueryState>
      </Card>
      <VerifyCard />
    </div>
  );
}

/** All that fits, not only what was loaded. */
function ExportButton({ filter, format }: { filter: AuditFilter; format: 'csv' | 'jsonl' }) {
  return (
    <ActionButton
      label={`Export as ${format.toUpperCase()}`}
      action={async () => saveFile(await exportAuditLog(filter, format), `audit-log.${format}`)}
    />
  );
}
