import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { announce } from '../../announcements.ts';
import { Attempt } from '../../api/attempt.ts';
import {
  createSigningSecret,
  isSigningRequired,
  listSigningSecrets,
  requireSigning,
  revokeSigningSecret,
  type SigningSecret,
} from '../../api/signing.ts';
import { ActionButton } from '../../components/action-button.tsx';
import { ApiForm } from '../../components/api-form.tsx';
import { Button } from '../../components/button.tsx';
import { CancelButton } from '../../components/cancel-button.tsx';
import { Card } from '../../components/card.tsx';
import { CodeBlock } from '../../components/code-block.tsx';
import { ConfirmButton } from '../../components/dialog-button.tsx';
import { Note } from '../../components/note.tsx';
import { QueryState } from '../../components/query-state.tsx';
import { TextField } from '../../components/text-field.tsx';
import { Time } from '../../components/time.tsx';

const queryKey = ['signing'];

export function SigningCard() {
  const queryClient = useQueryClient();
  const state = useQuery({
    queryKey,
    queryFn: async ({ signal }) => {
      const [secrets, required] = await Promise.all([
        listSigningSecrets(signal),
        isSigningRequired(signal),
      ]);
      return { required, secrets: secrets.filter((secret) => secret.revoked_at === null) };
    },
  });
  const refresh = () => queryClient.invalidateQueries({ queryKey });
  return (
    <Card
      title="Signed requests"
      lead="A signature over each request shows that it comes from you and is whole, even where a key leaked."
    >
      <QueryState query={state} what="the signing secrets">
        {({ secrets, required }) => (
          <div className="space-y-5">
            {secrets.length > 0 && (
              <ul aria-label="Signing secrets" className="-my-3 divide-y divide-border">
                {secrets.map((secret) => (
                  <SecretRow key={secret.id} secret={secret} onRevoked={refresh} />
                ))}
              </ul>
            )}
            <NewSecret onCreated={refresh} />
            {(required || secrets.length > 0) && (
              <RequiredSwitch required={required} onChanged={refresh} />
            )}
          </div>
        )}
      </QueryState>
    </Card>
  );
}

interface SecretRowProps {
  secret: SigningSecret;
  onRevoked: () => Promise<void>;
}

function SecretRow({ secret, onRevoked }: SecretRowProps) {
  const { id, name } = secret;
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 py-3">
      <div className="min-w-0">
        <p className="font-medium break-words">{name}</p>
        <p className="text-sm text-muted">
          since <Time at={secret.created_at} />
        </p>
      </div>
      <ConfirmButton
        label="Revoke"
        describedBy={`Revoke the signing secret ${name}`}
        title={`Revoke “${name}”?`}
        told="What is signed with it is refused within a second. This cannot be undone."
        action={async () => {
          await revokeSigningSecret(id);
          await onRevoked();
          announce('The signing secret was revoked.');
        }}
      />
    </li>
  );
}

function NewSecret({ onCreated }: { onCreated: () => Promise<void> }) {
  const [step, setStep] = useState<'closed' | Attempt | { secret: string }>('closed');
  if (step === 'closed') {
    return <Button onClick={() => setStep(new Attempt())}>Create a signing secret</Button>;
  }
  if (step instanceof Attempt) {
    return (
      <ApiForm
        focusFirst
        submitLabel="Create secret"
        aside={<CancelButton onClick={() => setStep('closed')} />}
        action={async ({ name = '' }) => {
          setStep({ secret: await createSigningSecret(name, step) });
          await onCreated();
        }}
      >
        <TextField
          name="name"
          label="Name of the secret"
          autoComplete="off"
          maxLength={255}
          required
          hint="What signs with it."
        />
      </ApiForm>
    );
  }
  return (
    <div className="space-y-4">
      <Note>Keep this secret where secrets belong: it is not shown again.</Note>
      <CodeBlock name="signing secret" text={step.secret} />
      <Button look="primary" onClick={() => setStep('closed')}>
        I have kept it
      </Button>
    </div>
  );
}

interface RequiredSwitchProps {
  required: boolean;
  onChanged: () => Promise<void>;
}

function RequiredSwitch({ required, onChanged }: RequiredSwitchProps) {
  const change = async () => {
    await requireSigning(!required);
    await onChanged();
    announce(`Signatures are ${required ? 'asked for no longer' : 'asked for now'}.`);
  };
  return (
    <div className="flex flex-wrap items-center justify-between gap-3 border-t border-border pt-4">
      <p>
        {required
          ? 'Every request with a key of this team must be signed.'
          : 'Requests with keys of this team need not be signed.'}
      </p>
      {required ? (
        <ActionButton label="Ask no longer" small action={change} />
      ) : (
        <ConfirmButton
          label="Require signatures"
          title="Require signatures?"
          told="Within a second, requests with a key of this team that carry no signature are refused."
          action={change}
        />
      )}
    </div>
  );
}
