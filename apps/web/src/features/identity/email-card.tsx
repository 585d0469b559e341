import { useState } from 'react';
import { changeEmail } from '../../api/security.ts';
import { ApiForm } from '../../components/api-form.tsx';
import { Button } from '../../components/button.tsx';
import { CancelButton } from '../../components/cancel-button.tsx';
import { Card } from '../../components/card.tsx';
import { Note } from '../../components/note.tsx';
import { PasswordField } from '../../components/password-field.tsx';
import { TextField } from '../../components/text-field.tsx';
import { useConfirmed } from './use-confirmed.tsx';

export function EmailCard({ email, hasPassword }: { email: string; hasPassword: boolean }) {
  const [open, setOpen] = useState(false);
  const [mailedTo, setMailedTo] = useState<string>();
  const { run, form } = useConfirmed();
  const change = async (next: string, password?: string) => {
    await changeEmail(next, password);
    setMailedTo(next);
    setOpen(false);
  };
  return (
    <Card
      title="E-mail"
      lead={
        <>
          You log in as <strong className="break-all text-text">{email}</strong>.
        </>
      }
    >
      {mailedTo !== undefined && (
        <Note>
          A mail to <strong className="break-all">{mailedTo}</strong> is on its way. Open the link
          in it; until then the old address stays.
        </Note>
      )}
      {open &&
        (form ?? (
          <ApiForm
            focusFirst
            submitLabel="Mail me a link"
            aside={<CancelButton onClick={() => setOpen(false)} />}
            action={({ email: next = '', password = '' }) =>
              hasPassword ? change(next, password) : run(() => change(next))
            }
          >
            <TextField name="email" label="New e-mail" type="email" autoComplete="email" required />
            {hasPassword && <PasswordField name="password" label="Password" />}
          </ApiForm>
        ))}
      {!open && (
        <Button
          className={mailedTo === undefined ? '' : 'mt-4'}
          onClick={() => {
            setMailedTo(undefined);
            setOpen(true);
          }}
        >
          Change e-mail
        </Button>
      )}
    </Card>
  );
}
