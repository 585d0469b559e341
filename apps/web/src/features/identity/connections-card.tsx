import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { announce } from '../../announcements.ts';
import { beginConnection } from '../../api/providers.ts';
import { type Connection, listConnections, removeConnection } from '../../api/security.ts';
import { ActionButton } from '../../components/action-button.tsx';
import { Card } from '../../components/card.tsx';
import { Note } from '../../components/note.tsx';
import { ProblemNote } from '../../components/problem-note.tsx';
import { QueryState } from '../../components/query-state.tsx';
import { Time } from '../../components/time.tsx';
import { describeReturn } from './provider-return.ts';
import { useConfirmed } from './use-confirmed.tsx';
import { useProviders } from './use-providers.ts';

const route = getRouteApi('/shell/person/security');
const queryKey = ['connections'];

/** Not shown where nobody can be connected. */
export function ConnectionsCard() {
  const { connected, error } = route.useSearch();
  const providers = useProviders();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const connections = useQuery({ queryKey, queryFn: ({ signal }) => listConnections(signal) });
  const { run, form } = useConfirmed();
  const remove = (id: string) =>
    run(async () => {
      await removeConnection(id);
      await queryClient.invalidateQueries({ queryKey });
      announce('The account was removed.');
      // What was connected just now may be what is gone.
      await navigate({ to: '.', search: {}, replace: true });
    });
  const nameOf = (id: string) => providers.find((provider) => provider.id === id)?.name ?? id;
  if (providers.length === 0 && connections.data?.length === 0) return null;
  return (
    <Card title="Connected accounts" lead="Accounts elsewhere that open this one.">
      <div className="space-y-4">
        {connected !== undefined && (
          <Note>{nameOf(connected)} opens your account from now on.</Note>
        )}
        {error !== undefined && <ProblemNote problem={describeReturn(error)} />}
        <QueryState query={connections} what="your connected accounts">
          {(list) => (
            <>
              {list.length > 0 && (
                <ul className="divide-y divide-border">
                  {list.map((connection) => (
                    <ConnectionRow
                      key={connection.id}
                      connection={connection}
                      name={nameOf(connection.provider)}
                      remove={() => remove(connection.id)}
                    />
                  ))}
                </ul>
              )}
              {providers
                .filter(({ id }) => !list.some(({ provider }) => provider === id))
                .map(({ id, name }) => (
                  <ActionButton
                    key={id}
                    label={`Connect ${name}`}
                    action={() =>
                      run(async () => location.assign(await beginConnection(id, '/security')))
                    }
                  />
                ))}
              {form}
            </>
          )}
        </QueryState>
      </div>
    </Card>
  );
}

interface ConnectionRowProps {
  connection: Connection;
  name: string;
  remove: () => Promise<void>;
}

function ConnectionRow({ connection, name, remove }: ConnectionRowProps) {
  const { email, created_at: since } = connection;
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 py-3">
      <div className="min-w-0">
        <p className="font-medium">{name}</p>
        <p className="text-sm break-words text-muted">
          {email && `${email} · `}since <Time at={since} />
        </p>
      </div>
      <ActionButton label="Remove" describedBy={`Remove ${name}`} small action={remove} />
    </li>
  );
}
