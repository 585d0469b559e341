import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { announce } from '../../announcements.ts';
import {
  addPasskey,
  canUsePasskeys,
  listPasskeys,
  type Passkey,
  removePasskey,
  renamePasskey,
} from '../../api/passkeys.ts';
import { ActionButton } from '../../components/action-button.tsx';
import { ApiForm } from '../../components/api-form.tsx';
import { Button } from '../../components/button.tsx';
import { CancelButton } from '../../components/cancel-button.tsx';
import { Card } from '../../components/card.tsx';
import { QueryState } from '../../components/query-state.tsx';
import { TextField } from '../../components/text-field.tsx';
import { Time } from '../../components/time.tsx';
import { useConfirmed } from './use-confirmed.tsx';

const queryKey = ['passkeys'];

/** `told` is what a screen reader says once it is done. */
type Change = (action: () => Promise<void>, told: string) => Promise<void>;

export function PasskeysCard() {
  const queryClient = useQueryClient();
  const passkeys = useQuery({ queryKey, queryFn: ({ signal }) => listPasskeys(signal) });
  const { run, form } = useConfirmed();
  const change: Change = (action, told) =>
    run(async () => {
      await action();
      await queryClient.invalidateQueries({ queryKey });
      announce(told);
    });
  return (
    <Card
      title="Passkeys"
      lead="Log in with a finger, a face or the code of your device: no password, nothing to steal."
    >
      <div className="space-y-4">
        <QueryState query={passkeys} what="your passkeys">
          {(list) =>
            list.length > 0 && (
              <ul className="divide-y divide-border">
                {list.map((passkey) => (
                  <PasskeyRow key={passkey.id} passkey={passkey} change={change} />
                ))}
              </ul>
            )
          }
        </QueryState>
        {form}
        {!form && canUsePasskeys() && (
          <ActionButton
            label="Add a passkey"
            action={() => change(addPasskey, 'The passkey was added.')}
          />
        )}
        {!canUsePasskeys() && (
          <p className="text-muted">
            This browser can add none here: passkeys need an https:// address and a recent browser.
          </p>
        )}
      </div>
    </Card>
  );
}

interface PasskeyRowProps {
  passkey: Passkey;
  change: Change;
}

function PasskeyRow({ passkey, change }: PasskeyRowProps) {
  const { id, name, created_at: since, last_used_at: used } = passkey;
  const [renaming, setRenaming] = useState(false);
  if (renaming) {
    return (
      <li className="py-3">
        <ApiForm
          focusFirst
          submitLabel="Rename"
          aside={<CancelButton onClick={() => setRenaming(false)} />}
          action={async ({ name: next = '' }) => {
            await change(() => renamePasskey(id, next), 'The passkey was renamed.');
            setRenaming(false);
          }}
        >
          <TextField
            name="name"
            label="Name"
            autoComplete="off"
            defaultValue={name}
            maxLength={100}
            required
          />
        </ApiForm>
      </li>
    );
  }
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 py-3">
      <div className="min-w-0">
        <p className="font-medium break-words">{name}</p>
        <p className="text-sm text-muted">
          since <Time at={since} /> ·{' '}
          {used === null ? (
            'not used yet'
          ) : (
            <>
              last used <Time at={used} />
            </>
          )}
        </p>
      </div>
      <div className="flex flex-wrap gap-2">
        <Button
          look="quiet"
          size="small"
          aria-label={`Rename ${name}`}
          onClick={() => setRenaming(true)}
        >
          Rename
        </Button>
        <ActionButton
          label="Remove"
          describedBy={`Remove ${name}`}
          small
          action={() => change(() => removePasskey(id), 'The passkey was removed.')}
        />
      </div>
    </li>
  );
}
