import { useState } from 'react';
import { register } from '../../api/account.ts';
import { ApiForm } from '../../components/api-form.tsx';
import { PasswordField } from '../../components/password-field.tsx';
import { TextField } from '../../components/text-field.tsx';
import { TextLink } from '../../components/text-link.tsx';
import { AccountLayout } from '../../shell/account-layout.tsx';
import { MailSent } from './mail-sent.tsx';

export function RegisterPage() {
  const [mailedTo, setMailedTo] = useState<string>();
  if (mailedTo !== undefined) {
    return (
      <MailSent to={mailedTo} onAgain={() => setMailedTo(undefined)}>
        Open the link in it to confirm that the address is yours and open your account. Whoever has
        one already is told so in the mail.
      </MailSent>
    );
  }
  return (
    <AccountLayout
      title="Create an account"
      lead="You get a team of your own, and can invite others into it."
      below={
        <p>
          Registered already? <TextLink to="/log-in">Log in</TextLink>
        </p>
      }
    >
      <ApiForm
        submitLabel="Create account"
        action={async ({ email = '', password = '', name = '' }) => {
          await register({ email, password, ...(name.trim() ? { name: name.trim() } : {}) });
          setMailedTo(email);
        }}
      >
        <TextField
          name="name"
          label="Name (optional)"
          autoComplete="name"
          maxLength={255}
          hint="Shown to the people in your teams."
        />
        <TextField name="email" label="E-mail" type="email" autoComplete="username" required />
        <PasswordField name="password" label="Password" chosen />
      </ApiForm>
    </AccountLayout>
  );
}
