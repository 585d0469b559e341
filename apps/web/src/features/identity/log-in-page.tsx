import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Navigate } from '@tanstack/react-router';
import { useState } from 'react';
import { type LogIn, logIn } from '../../api/account.ts';
import { ApiError } from '../../api/problem.ts';
import { ApiForm, type FormValues } from '../../components/api-form.tsx';
import { Button } from '../../components/button.tsx';
import { PasswordField } from '../../components/password-field.tsx';
import { TextField } from '../../components/text-field.tsx';
import { TextLink } from '../../components/text-link.tsx';
import { AccountLayout } from '../../shell/account-layout.tsx';
import { CodeField } from './code-field.tsx';
import { changeSession, useSession } from './session.ts';

const route = getRouteApi('/log-in');

export function LogInPage() {
  const { next = '/' } = route.useSearch();
  const { data: session } = useSession();
  const queryClient = useQueryClient();
  const [proven, setProven] = useState<LogIn>();

  const enter = async (given: LogIn) => {
    await logIn(given);
    await changeSession(queryClient);
  };

  if (session?.kind === 'person' && !session.me.local_operator) {
    return <Navigate to={next} replace />;
  }
  if (proven) {
    return (
      <SecondStep
        onCode={(code) => enter({ ...proven, code })}
        onBack={() => setProven(undefined)}
      />
    );
  }
  return (
    <AccountLayout
      title="Log in"
      below={
        <p>
          New here? <TextLink to="/register">Create an account</TextLink>
        </p>
      }
    >
      <ApiForm
        submitLabel="Log in"
        aside={<TextLink to="/forgot-password">Forgot your password?</TextLink>}
        action={async ({ email = '', password = '' }: FormValues) => {
          try {
            await enter({ email, password });
          } catch (error) {
            if (!isSecondFactorAsked(error)) throw error;
            setProven({ email, password });
          }
        }}
      >
        <TextField name="email" label="E-mail" type="email" autoComplete="username" required />
        <PasswordField name="password" label="Password" />
      </ApiForm>
    </AccountLayout>
  );
}

function isSecondFactorAsked(error: unknown): boolean {
  return error instanceof ApiError && error.problem.code === 'second_factor_required';
}

interface SecondStepProps {
  onCode: (code: string) => Promise<void>;
  onBack: () => void;
}

function SecondStep({ onCode, onBack }: SecondStepProps) {
  return (
    <AccountLayout
      title="One more step"
      lead="Your password is right. This account is also protected by an authenticator app."
    >
      <ApiForm
        focusFirst
        submitLabel="Log in"
        aside={
          <Button look="quiet" onClick={onBack}>
            Back
          </Button>
        }
        action={({ code = '' }) => onCode(code.trim())}
      >
        <CodeField />
      </ApiForm>
    </AccountLayout>
  );
}
