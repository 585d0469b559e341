import { useQuery, useQueryClient } from '@tanstack/react-query';
import { announce } from '../../announcements.ts';
import {
  endOtherSessions,
  endSession,
  listSessions,
  type OpenSession,
} from '../../api/security.ts';
import { ActionButton } from '../../components/action-button.tsx';
import { Card } from '../../components/card.tsx';
import { QueryState } from '../../components/query-state.tsx';
import { Time } from '../../components/time.tsx';
import { useConfirmed } from './use-confirmed.tsx';

const queryKey = ['sessions'];

export function SessionsCard() {
  const queryClient = useQueryClient();
  const sessions = useQuery({ queryKey, queryFn: ({ signal }) => listSessions(signal) });
  const { run, form } = useConfirmed();
  const end = (action: () => Promise<void>, told: string) =>
    run(async () => {
      await action();
      await queryClient.invalidateQueries({ queryKey });
      announce(told);
    });
  return (
    <Card
      title="Sessions"
      lead="Where you are logged in. One that is ended stops at once. Should one be foreign, change your password too."
    >
      <QueryState query={sessions} what="your sessions">
        {(list) => (
          <>
            <ul className="divide-y divide-border">
              {list.map((session) => (
                <SessionRow
                  key={session.id}
                  session={session}
                  end={() => end(() => endSession(session.id), 'The session was ended.')}
                />
              ))}
            </ul>
            {list.length > 1 && (
              <ActionButton
                label="End all others"
                className="mt-4"
                action={() => end(endOtherSessions, 'All other sessions were ended.')}
              />
            )}
            {form && <div className="mt-4">{form}</div>}
          </>
        )}
      </QueryState>
    </Card>
  );
}

interface SessionRowProps {
  session: OpenSession;
  end: () => Promise<void>;
}

function SessionRow({ session, end }: SessionRowProps) {
  const { current, browser, os, ip_address: address } = session;
  const program = [browser, os].filter(Boolean).join(' on ') || 'A program';
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 py-3">
      <div className="min-w-0">
        <p className="font-medium break-words">{session.name ?? program}</p>
        <p className="text-sm text-muted">
          {address && `${address} · `}since <Time at={session.created_at} /> ·{' '}
          {current ? (
            'in use here'
          ) : (
            <>
              last used <Time at={session.last_used_at} />
            </>
          )}
        </p>
      </div>
      {current ? (
        <span className="rounded-full bg-primary-soft px-3 py-1 text-sm font-medium text-primary">
          This browser
        </span>
      ) : (
        <ActionButton
          label="End"
          describedBy={`End the session ${session.name ?? program}`}
          small
          action={end}
        />
      )}
    </li>
  );
}
