import { useState } from 'react';
import { forgotPassword } from '../../api/account.ts';
import { ApiForm } from '../../components/api-form.tsx';
import { TextField } from '../../components/text-field.tsx';
import { TextLink } from '../../components/text-link.tsx';
import { AccountLayout } from '../../shell/account-layout.tsx';
import { MailSent } from './mail-sent.tsx';

export function ForgotPasswordPage() {
  const [mailedTo, setMailedTo] = useState<string>();
  if (mailedTo !== undefined) {
    return (
      <MailSent to={mailedTo} onAgain={() => setMailedTo(undefined)}>
        If the address has an account, the link in it sets a new password. It works for one hour.
      </MailSent>
    );
  }
  return (
    <AccountLayout
      title="Set a new password"
      lead="Tell us the address of your account, and we mail you a link."
      below={
        <p>
          It came to mind? <TextLink to="/log-in">Log in</TextLink>
        </p>
      }
    >
      <ApiForm
        submitLabel="Mail me a link"
        action={async ({ email = '' }) => {
          await forgotPassword(email);
          setMailedTo(email);
        }}
      >
        <TextField name="email" label="E-mail" type="email" autoComplete="username" required />
      </ApiForm>
    </AccountLayout>
  );
}
