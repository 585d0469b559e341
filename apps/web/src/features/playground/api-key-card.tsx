import { Field } from '@base-ui/react/field';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { apiKeyStore, saveApiKey } from '../../api/api-key.ts';
import { Button } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { TextLink } from '../../components/text-link.tsx';
import { useStore } from '../../use-store.ts';

/** Shown when the server does not know who asks: on another machine than its own, or with a revoked key. */
export function ApiKeyCard() {
  const { key: refused } = useStore(apiKeyStore);
  const [entered, setEntered] = useState('');
  const queryClient = useQueryClient();

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const key = entered.trim();
    if (!key) return;
    saveApiKey(key);
    setEntered('');
    void queryClient.invalidateQueries();
  };

  return (
    <form onSubmit={submit} className="card mx-auto w-full max-w-xl p-6 sm:p-8">
      <span className="grid size-11 place-items-center rounded-full bg-accent-soft text-accent-text">
        <Icon name="key" />
      </span>
      <h2 className="mt-4 text-xl">This server asks for an API key</h2>
      <p className="mt-2 text-muted">
        On the server's own machine none is needed: open or reload it there as http://localhost.
        From elsewhere, use the key that it printed at its first start, or one that was made for
        you. Or <TextLink to="/log-in">log in</TextLink>, if you have an account.
      </p>
      <Field.Root className="mt-6" invalid={refused !== undefined}>
        <Field.Label className="text-sm font-medium">API key</Field.Label>
        <div className="mt-2 flex flex-wrap gap-2">
          <Field.Control
            type="password"
            autoComplete="off"
            spellCheck={false}
            placeholder="vf_live_…"
            value={entered}
            onValueChange={setEntered}
            className="control min-h-11 min-w-0 flex-1 basis-56 px-3 font-mono text-sm placeholder:text-muted"
          />
          <Button type="submit" look="primary" disabled={entered.trim() === ''}>
            Use this key
          </Button>
        </div>
        <Field.Error
          match={refused !== undefined}
          role="alert"
          className="mt-2 text-sm text-danger"
        >
          The server refused the key {hideKey(refused)}: mistyped or revoked.
        </Field.Error>
        <Field.Description className="mt-2 text-sm text-muted">
          Kept in this tab only, until it is closed.
        </Field.Description>
      </Field.Root>
    </form>
  );
}

/** "vf_live_abcdefgh" → "vf_live_…efgh". */
export function hideKey(key = ''): string {
  return key.length > 16 ? `${key.slice(0, 8)}…${key.slice(-4)}` : '…';
}
