import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { announce } from '../../announcements.ts';
import {
  type Delivery,
  deleteWebhook,
  enableWebhook,
  listDeliveries,
  pingWebhook,
  updateWebhook,
  type Webhook,
} from '../../api/webhooks.ts';
import { ActionButton } from '../../components/action-button.tsx';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { ConfirmButton } from '../../components/dialog-button.tsx';
import { QueryState } from '../../components/query-state.tsx';
import { Time } from '../../components/time.tsx';
import { usePermissions } from '../teams/use-permissions.ts';
import { WebhookForm } from './webhook-form.tsx';

export const webhooksQueryKey = ['webhooks'];

/** While something waits to be delivered, the list is read anew. */
const waitingMs = 3_000;

export function WebhookCard({ webhook }: { webhook: Webhook }) {
  const queryClient = useQueryClient();
  const { may } = usePermissions();
  const [editing, setEditing] = useState(false);
  const { id, url, enabled, failing_since: failingSince } = webhook;
  const deliveries = useQuery({
    queryKey: [...webhooksQueryKey, id, 'deliveries'],
    queryFn: ({ signal }) => listDeliveries(id, signal),
    refetchInterval: ({ state }) =>
      state.data?.some(({ status }) => status === 'pending') ? waitingMs : false,
  });
  const change = async (action: () => Promise<void>, told: string) => {
    await action();
    await queryClient.invalidateQueries({ queryKey: webhooksQueryKey });
    announce(told);
  };
  return (
    <Card
      title={url}
      lead={
        <>
          {enabled ? 'On' : 'Off'} · hears of{' '}
          {webhook.events.includes('*') ? 'everything' : webhook.events.join(', ')} · since{' '}
          <Time at={webhook.created_at} />
          {failingSince !== null && (
            <>
              {' '}
              · failing since <Time at={failingSince} />
            </>
          )}
        </>
      }
    >
      <div className="space-y-4">
        {editing && (
          <WebhookForm
            known={webhook}
            submitLabel="Save"
            onCancel={() => setEditing(false)}
            onSubmit={async (settings) => {
              await change(() => updateWebhook(id, settings), 'The webhook was changed.');
              setEditing(false);
            }}
          />
        )}
        {may('webhooks.write') && !editing && (
          <div className="flex flex-wrap gap-2">
            {enabled && (
              <ActionButton
                label="Send a ping"
                describedBy={`Send a ping to ${url}`}
                small
                action={() => change(() => pingWebhook(id), 'A ping is on its way.')}
              />
            )}
            <Button size="small" aria-label={`Edit ${url}`} onClick={() => setEditing(true)}>
              Edit
            </Button>
            <ActionButton
              label={enabled ? 'Turn off' : 'Turn on'}
              describedBy={`${enabled ? 'Turn off' : 'Turn on'} ${url}`}
              small
              action={() =>
                change(
                  () => enableWebhook(id, !enabled),
                  `The webhook is ${enabled ? 'off' : 'on'}.`,
                )
              }
            />
            <ConfirmButton
              label="Delete"
              describedBy={`Delete ${url}`}
              title="Delete this webhook?"
              told={`Nothing is sent to ${url} any more, and what was sent is forgotten.`}
              action={() => change(() => deleteWebhook(id), 'The webhook was deleted.')}
            />
          </div>
        )}
        <QueryState query={deliveries} what="what was sent">
          {(list) =>
            list.length === 0 ? (
              <p className="text-muted">Nothing was sent yet.</p>
            ) : (
              <ul aria-label={`Sent to ${url}`} className="divide-y divide-border">
                {list.map((delivery) => (
                  <DeliveryRow key={delivery.id} delivery={delivery} />
                ))}
              </ul>
            )
          }
        </QueryState>
      </div>
    </Card>
  );
}

const outcomes: Readonly<Record<string, string>> = {
  pending: 'waits',
  delivered: 'delivered',
  failed: 'failed',
};

function DeliveryRow({ delivery }: { delivery: Delivery }) {
  const { event, status, attempts, response_status: answer, error } = delivery;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 py-3 text-sm">
      <code className="font-mono">{event}</code>
      <span className={status === 'failed' ? 'text-danger' : 'text-muted'}>
        {outcomes[status] ?? status}
        {attempts > 1 && ` after ${attempts} attempts`}
        {answer !== null && ` · answered ${answer}`}
        {error !== null && ` · ${error}`}
      </span>
      <span className="ml-auto text-muted">
        <Time at={delivery.created_at} />
      </span>
    </li>
  );
}
