import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { confirm, confirmWithPasskey, listConfirmationMethods } from '../../api/confirmation.ts';
import { ActionButton } from '../../components/action-button.tsx';
import { ApiForm } from '../../components/api-form.tsx';
import { CancelButton } from '../../components/cancel-button.tsx';
import { PasswordField } from '../../components/password-field.tsx';
import { QueryState } from '../../components/query-state.tsx';
import { CodeField } from './code-field.tsx';

interface ConfirmFormProps {
  /** Does what had to be confirmed first. */
  onConfirmed: () => Promise<void>;
  onCancel: () => void;
}

/** Asks who sits at the screen to show that it is the account's owner. */
export function ConfirmForm({ onConfirmed, onCancel }: ConfirmFormProps) {
  const methods = useQuery({
    queryKey: ['confirmation-methods'],
    queryFn: ({ signal }) => listConfirmationMethods(signal),
  });
  const section = useRef<HTMLElement>(null);
  const isKnown = methods.data !== undefined;
  // What was pressed to get here has made room for this.
  useEffect(() => {
    if (isKnown) section.current?.querySelector<HTMLElement>('input, button')?.focus();
  }, [isKnown]);
  const cancel = <CancelButton onClick={onCancel} />;
  const byPasskey = (
    <ActionButton
      label="Confirm with a passkey"
      action={async () => {
        await confirmWithPasskey();
        await onConfirmed();
      }}
    />
  );
  return (
    <section
      ref={section}
      aria-label="Confirm that it is you"
      className="space-y-4 rounded-md bg-sunken p-4"
    >
      <p className="font-medium">First confirm that it is you.</p>
      <QueryState query={methods} what="ways to confirm">
        {(known) => {
          const byPassword = known.includes('password');
          if (byPassword || known.includes('code')) {
            return (
              <ApiForm
                submitLabel="Confirm"
                aside={
                  <>
                    {known.includes('passkey') && byPasskey}
                    {cancel}
                  </>
                }
                action={async ({ password, code }) => {
                  await confirm(
                    byPassword ? { password: password ?? '' } : { code: (code ?? '').trim() },
                  );
                  await onConfirmed();
                }}
              >
                {byPassword ? <PasswordField name="password" label="Password" /> : <CodeField />}
              </ApiForm>
            );
          }
          return (
            <div className="flex flex-wrap gap-3">
              {known.includes('passkey') ? (
                byPasskey
              ) : (
                <ActionButton
                  label="I have logged in just now"
                  action={async () => {
                    await confirm({});
                    await onConfirmed();
                  }}
                />
              )}
              {cancel}
            </div>
          );
        }}
      </QueryState>
    </section>
  );
}
