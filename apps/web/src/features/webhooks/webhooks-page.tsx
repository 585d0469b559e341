import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Attempt } from '../../api/attempt.ts';
import { createWebhook, listWebhooks } from '../../api/webhooks.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { CodeBlock } from '../../components/code-block.tsx';
import { Note } from '../../components/note.tsx';
import { QueryState } from '../../components/query-state.tsx';
import { Page } from '../../shell/page.tsx';
import { usePermissions } from '../teams/use-permissions.ts';
import { WebhookCard, webhooksQueryKey } from './webhook-card.tsx';
import { WebhookForm } from './webhook-form.tsx';

export function WebhooksPage() {
  const { may } = usePermissions();
  const webhooks = useQuery({
    queryKey: webhooksQueryKey,
    queryFn: ({ signal }) => listWebhooks(signal),
  });
  return (
    <Page
      title="Webhooks"
      lead="Where your own servers hear of what happens in the team, such as a key that ends soon."
      narrow
    >
      <div className="space-y-4 sm:space-y-6">
        {may('webhooks.write') && <NewWebhookCard />}
        <QueryState query={webhooks} what="the webhooks">
          {(list) =>
            list.length === 0 ? (
              <p className="text-muted">There is no webhook yet.</p>
            ) : (
              list.map((webhook) => <WebhookCard key={webhook.id} webhook={webhook} />)
            )
          }
        </QueryState>
      </div>
    </Page>
  );
}

function NewWebhookCard() {
  const queryClient = useQueryClient();
  const [step, setStep] = useState<'closed' | Attempt | { secret: string }>('closed');
  return (
    <Card title="New webhook" lead="Each message is signed with a secret of its own.">
      {step === 'closed' && (
        <Button look="primary" onClick={() => setStep(new Attempt())}>
          Create a webhook
        </Button>
      )}
      {step instanceof Attempt && (
        <WebhookForm
          submitLabel="Create webhook"
          onCancel={() => setStep('closed')}
          onSubmit={async (settings) => {
            setStep({ secret: await createWebhook(settings, step) });
            await queryClient.invalidateQueries({ queryKey: webhooksQueryKey });
          }}
        />
      )}
      {step !== 'closed' && !(step instanceof Attempt) && (
        <div className="space-y-4">
          <Note>
            With this secret your server knows that a message comes from here. It is not shown
            again.
          </Note>
          <CodeBlock name="secret" text={step.secret} />
          <Button look="primary" onClick={() => setStep('closed')}>
            I have kept it
          </Button>
        </div>
      )}
    </Card>
  );
}
