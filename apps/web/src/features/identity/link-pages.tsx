import { useQueryClient } from '@tanstack/react-query';
import { useLocation, useNavigate } from '@tanstack/react-router';
import { type ReactNode, useEffect, useState } from 'react';
import { confirmEmail, resetPassword, verifyEmail } from '../../api/account.ts';
import { ApiForm, type FormValues } from '../../components/api-form.tsx';
import { PasswordField } from '../../components/password-field.tsx';
import { TextLink } from '../../components/text-link.tsx';
import { AccountLayout } from '../../shell/account-layout.tsx';
import { focusPageHeading } from '../../shell/page.tsx';
import { changeSession, rereadAccount } from './session.ts';

/** The pages behind the links of mails. Only their button uses the token, not that they are opened. */
export function VerifyEmailPage() {
  const queryClient = useQueryClient();
  return (
    <LinkPage
      title="Confirm your address"
      lead="Type the password that you registered with, and your account is open."
      action={async (token, { password = '' }) => {
        await verifyEmail(token, password);
        await changeSession(queryClient);
      }}
      submitLabel="Confirm address"
      done={{
        title: 'Your address is confirmed',
        told: 'Your account is open, and you are logged in.',
        next: <TextLink to="/">Go to the playground</TextLink>,
      }}
      again={<TextLink to="/register">Register again for a new link</TextLink>}
    >
      <PasswordField name="password" label="Password" />
    </LinkPage>
  );
}

export function ConfirmEmailPage() {
  const queryClient = useQueryClient();
  return (
    <LinkPage
      title="Confirm your new address"
      lead="From then on you log in with it."
      action={async (token) => {
        await confirmEmail(token);
        await rereadAccount(queryClient);
      }}
      submitLabel="Confirm address"
      done={{
        title: 'Your account has moved',
        told: 'Log in with the new address from now on.',
        next: <TextLink to="/log-in">Log in</TextLink>,
      }}
      again={<TextLink to="/security">Ask for a new link</TextLink>}
    />
  );
}

export function ResetPasswordPage() {
  return (
    <LinkPage
      title="Set a new password"
      lead="All sessions of your account end, and you log in anew."
      action={(token, { password = '' }) => resetPassword(token, password)}
      submitLabel="Set password"
      done={{
        title: 'Your password is set',
        told: 'All sessions of your account were ended.',
        next: <TextLink to="/log-in">Log in</TextLink>,
      }}
      again={<TextLink to="/forgot-password">Ask for a new link</TextLink>}
    >
      <PasswordField name="password" label="New password" chosen />
    </LinkPage>
  );
}

interface LinkPageProps {
  title: string;
  lead: string;
  action: (token: string, values: FormValues) => Promise<void>;
  submitLabel: string;
  done: LinkDoneProps;
  /** For a link that is no good any more. */
  again: ReactNode;
  children?: ReactNode;
}

function LinkPage({ title, lead, action, submitLabel, done, again, children }: LinkPageProps) {
  // It stands behind the `#`, so that no log has it.
  const token = useLocation({
    select: ({ hash }) => new URLSearchParams(hash).get('token') ?? '',
  });
  const navigate = useNavigate();
  const [isDone, setDone] = useState(false);
  const below = (
    <>
      <p>{again}</p>
      <p>
        Used it already? <TextLink to="/log-in">Log in</TextLink>
      </p>
    </>
  );
  if (token === '' && isDone) return <LinkDone {...done} />;
  if (token === '') {
    return (
      <AccountLayout
        title="This link is not whole"
        lead="It was used just now, or its end is missing: open it from the mail once more, or copy all of it."
        below={below}
      />
    );
  }
  return (
    <AccountLayout title={title} lead={lead} below={below}>
      <ApiForm
        key={token}
        submitLabel={submitLabel}
        action={async (values) => {
          await action(token, values);
          setDone(true);
          await navigate({ to: '.', hash: '', replace: true });
        }}
      >
        {children}
      </ApiForm>
    </AccountLayout>
  );
}

interface LinkDoneProps {
  title: string;
  told: string;
  /** Where one goes on. */
  next: ReactNode;
}

function LinkDone({ title, told, next }: LinkDoneProps) {
  useEffect(focusPageHeading, []);
  return (
    <AccountLayout title={title} lead={told}>
      {next}
    </AccountLayout>
  );
}
