import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Attempt } from '../../api/attempt.ts';
import { type CreatedKey, createKey, type Key } from '../../api/keys.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { QueryState } from '../../components/query-state.tsx';
import { Page } from '../../shell/page.tsx';
import { SigningCard } from '../signing/signing-card.tsx';
import { usePermissions } from '../teams/use-permissions.ts';
import { ClientTokensCard } from './client-tokens-card.tsx';
import { KeyForm } from './key-form.tsx';
import { KeyRow } from './key-row.tsx';
import { NewSecret } from './new-secret.tsx';
import { keysQueryKey, useKeys } from './use-keys.ts';

export function KeysPage() {
  const keys = useKeys();
  const { may } = usePermissions();
  return (
    <Page title="API keys" lead="With a key your programs speak in the name of your team." narrow>
      <div className="space-y-4 sm:space-y-6">
        {may('keys.write') && <NewKeyCard />}
        <Card title="In use">
          <QueryState query={keys} what="the keys">
            {(list) => <KeyLists keys={list} />}
          </QueryState>
        </Card>
        {may('signing.manage') && <SigningCard />}
        {may('keys.write') && <ClientTokensCard />}
      </div>
    </Page>
  );
}

function NewKeyCard() {
  const queryClient = useQueryClient();
  const [step, setStep] = useState<'closed' | Attempt | CreatedKey>('closed');
  return (
    <Card title="New key" lead="One for each program, so that each can be stopped alone.">
      {step === 'closed' && (
        <Button look="primary" onClick={() => setStep(new Attempt())}>
          Create a key
        </Button>
      )}
      {step instanceof Attempt && (
        <KeyForm
          submitLabel="Create key"
          onCancel={() => setStep('closed')}
          onSubmit={async (settings) => {
            setStep(await createKey(settings, step));
            await queryClient.invalidateQueries({ queryKey: keysQueryKey });
          }}
        />
      )}
      {step !== 'closed' && !(step instanceof Attempt) && (
        <NewSecret created={step} onKept={() => setStep('closed')} />
      )}
    </Card>
  );
}

function KeyLists({ keys }: { keys: readonly Key[] }) {
  const active = keys.filter(isActive);
  const ended = keys.filter((key) => !isActive(key));
  return (
    <>
      {active.length === 0 ? (
        <p className="text-muted">No key is in use.</p>
      ) : (
        <ul className="-my-4 divide-y divide-border">
          {active.map((key) => (
            <KeyRow key={key.id} known={key} active />
          ))}
        </ul>
      )}
      {ended.length > 0 && (
        <details className="mt-8">
          <summary className="min-h-9 cursor-pointer font-medium">
            Revoked and ended ({ended.length})
          </summary>
          <ul className="divide-y divide-border">
            {ended.map((key) => (
              <KeyRow key={key.id} known={key} active={false} />
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function isActive({ revoked_at: revokedAt, expires_at: expiresAt }: Key): boolean {
  return revokedAt === null && (expiresAt === null || Date.parse(expiresAt) > Date.now());
}
