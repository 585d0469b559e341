import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { announce } from '../../announcements.ts';
import { Attempt } from '../../api/attempt.ts';
import {
  type CreatedKey,
  endOverlap,
  type Key,
  revealSuccessor,
  revokeKey,
  updateKey,
} from '../../api/keys.ts';
import { ActionButton } from '../../components/action-button.tsx';
import { Button } from '../../components/button.tsx';
import { Countdown } from '../../components/countdown.tsx';
import { ConfirmButton } from '../../components/dialog-button.tsx';
import { Time } from '../../components/time.tsx';
import { usePermissions } from '../teams/use-permissions.ts';
import { BudgetUse } from './budget-use.tsx';
import { KeyForm } from './key-form.tsx';
import { NewSecret } from './new-secret.tsx';
import { RotateButton } from './rotate-button.tsx';
import { keysQueryKey } from './use-keys.ts';

export function KeyRow({ known, active }: { known: Key; active: boolean }) {
  const queryClient = useQueryClient();
  const { may } = usePermissions();
  const [editing, setEditing] = useState(false);
  const [rotated, setRotated] = useState<CreatedKey>();
  const [attempt] = useState(() => new Attempt());
  const refresh = () => queryClient.invalidateQueries({ queryKey: keysQueryKey });
  const { id, name, revoked_at: revokedAt } = known;
  if (editing) {
    return (
      <li className="py-4">
        <KeyForm
          known={known}
          submitLabel="Save"
          onCancel={() => setEditing(false)}
          onSubmit={async (settings) => {
            await updateKey(id, settings);
            await refresh();
            setEditing(false);
            announce('The key was changed.');
          }}
        />
      </li>
    );
  }
  return (
    <li className="space-y-3 py-4">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-3">
        <KeyFacts known={known} />
        {may('keys.write') && revokedAt === null && (
          <div className="flex flex-wrap gap-2">
            <Button size="small" aria-label={`Edit ${name}`} onClick={() => setEditing(true)}>
              Edit
            </Button>
            {active && (
              <RotateButton
                known={known}
                onRotated={(created) => {
                  setRotated(created);
                  void refresh();
                }}
              />
            )}
            <ConfirmButton
              label="Revoke"
              describedBy={`Revoke ${name}`}
              title={`Revoke “${name}”?`}
              told="Whatever uses this key stops within a second. This cannot be undone."
              action={async () => {
                await revokeKey(id);
                await refresh();
                announce('The key was revoked.');
              }}
            />
          </div>
        )}
      </div>
      {rotated && <NewSecret created={rotated} onKept={() => setRotated(undefined)} />}
      {known.next_secret && revokedAt === null && may('keys.write') && (
        <div className="flex flex-wrap items-center justify-between gap-3 rounded-md bg-sunken p-3 text-sm">
          <p>
            Its next secret (<code className="font-mono">{known.next_secret.prefix}…</code>) is
            ready and shown once; the present one then works for a day more.
          </p>
          <ActionButton
            label="Show it"
            describedBy={`Show it: the next secret of ${name}`}
            small
            action={async () => {
              setRotated(await revealSuccessor(id, attempt));
              await refresh();
            }}
          />
        </div>
      )}
      {known.previous_secret && revokedAt === null && (
        <Overlap
          name={name}
          previous={known.previous_secret}
          end={async () => {
            await endOverlap(id);
            await refresh();
            announce('The previous secret works no more.');
          }}
        />
      )}
      {active && (known.monthly_characters !== null || known.monthly_generations !== null) && (
        <BudgetUse keyId={id} />
      )}
    </li>
  );
}

function KeyFacts({ known }: { known: Key }) {
  const { name, prefix, mode, scopes, revoked_at: revokedAt, expires_at: expiresAt } = known;
  return (
    <div className="min-w-0">
      <p className="font-medium break-words">
        {name}{' '}
        {mode === 'test' && (
          <span className="rounded-full bg-accent-soft px-2 py-0.5 text-sm text-accent-text">
            test
          </span>
        )}
      </p>
      <p className="text-sm break-words text-muted">
        <code className="font-mono">{prefix}…</code> · made <Time at={known.created_at} /> ·{' '}
        {scopes.includes('*') ? 'may do everything' : `may: ${scopes.join(', ')}`}
      </p>
      <p className="text-sm break-words text-muted">
        {known.last_used_at === null ? (
          'Not used yet'
        ) : (
          <>
            Last used <Time at={known.last_used_at} />
            {known.last_used_ip && ` from ${known.last_used_ip}`}
          </>
        )}
        {' · '}
        {revokedAt !== null && (
          <>
            revoked <Time at={revokedAt} />
          </>
        )}
        {revokedAt === null && expiresAt === null && 'has no end'}
        {revokedAt === null && expiresAt !== null && (
          <>
            {Date.parse(expiresAt) > Date.now() ? 'ends' : 'ended'} <Time at={expiresAt} />
          </>
        )}
        {known.auto_rotate && ' · rotates by itself'}
        {known.requests_per_minute !== null && ` · ${known.requests_per_minute} requests a minute`}
        {known.allowed_ips.length > 0 && ` · only from ${known.allowed_ips.join(', ')}`}
      </p>
    </div>
  );
}

interface OverlapProps {
  name: string;
  previous: NonNullable<Key['previous_secret']>;
  end: () => Promise<void>;
}

/** While the secret before the present one still works. */
function Overlap({ name, previous, end }: OverlapProps) {
  if (Date.parse(previous.ends_at) <= Date.now()) return null;
  return (
    <div className="flex flex-wrap items-center justify-between gap-3 rounded-md bg-sunken p-3 text-sm">
      <p>
        The secret before (<code className="font-mono">{previous.prefix}…</code>) works for{' '}
        <Countdown until={previous.ends_at} /> more;{' '}
        {previous.last_used_at === null ? (
          'it was not used since.'
        ) : (
          <>
            last used <Time at={previous.last_used_at} />.
          </>
        )}
      </p>
      <ActionButton
        label="Stop it now"
        describedBy={`Stop it now: the secret of ${name} before the present one`}
        small
        action={end}
      />
    </div>
  );
}
