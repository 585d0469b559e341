import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Navigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { type LogIn, logIn } from '../../api/account.ts';
import { problemOf } from '../../api/problem.ts';
import { beginSingleSignOn, bringSecondFactor } from '../../api/providers.ts';
import { ApiForm } from '../../components/api-form.tsx';
import { Button } from '../../components/button.tsx';
import { PasswordField } from '../../components/password-field.tsx';
import { ProblemNote } from '../../components/problem-note.tsx';
import { TextField } from '../../components/text-field.tsx';
import { TextLink } from '../../components/text-link.tsx';
import { AccountLayout } from '../../shell/account-layout.tsx';
import { CodeField } from './code-field.tsx';
import { OtherWays } from './other-ways.tsx';
import { describeReturn } from './provider-return.ts';
import { changeSession, useSession } from './session.ts';

const route = getRouteApi('/log-in');

export function LogInPage() {
  const { next = '/', error, second_factor: secondFactor } = route.useSearch();
  const { data: session } = useSession();
  const queryClient = useQueryClient();
  const [proven, setProven] = useState<LogIn>();
  const [bySingleSignOn, setBySingleSignOn] = useState(false);

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
        proof="Your password is right."
        onCode={(code) => enter({ ...proven, code })}
        back={
          <Button look="quiet" onClick={() => setProven(undefined)}>
            Back
          </Button>
        }
      />
    );
  }
  if (secondFactor === 'required') {
    return (
      <SecondStep
        proof="The provider knows you."
        onCode={async (code) => {
          await bringSecondFactor(code);
          await changeSession(queryClient);
        }}
        back={
          <TextLink to="/log-in" search={{ next }}>
            Log in another way
          </TextLink>
        }
      />
    );
  }
  if (bySingleSignOn) {
    return <SingleSignOnStep next={next} onBack={() => setBySingleSignOn(false)} />;
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
      {error !== undefined && (
        <div className="mb-6">
          <ProblemNote problem={describeReturn(error)} />
        </div>
      )}
      <ApiForm
        submitLabel="Log in"
        aside={<TextLink to="/forgot-password">Forgot your password?</TextLink>}
        action={async ({ email = '', password = '' }) => {
          try {
            await enter({ email, password });
          } catch (error) {
            switch (problemOf(error).code) {
              case 'second_factor_required':
                return setProven({ email, password });
              case 'sso_required':
                return location.assign(await beginSingleSignOn(email, next));
              default:
                throw error;
            }
          }
        }}
      >
        <TextField name="email" label="E-mail" type="email" autoComplete="username" required />
        <PasswordField name="password" label="Password" />
      </ApiForm>
      <OtherWays next={next} onSingleSignOn={() => setBySingleSignOn(true)} />
    </AccountLayout>
  );
}

interface SecondStepProps {
  /** What has been shown already. */
  proof: string;
  onCode: (code: string) => Promise<void>;
  back: ReactNode;
}

function SecondStep({ proof, onCode, back }: SecondStepProps) {
  return (
    <AccountLayout
      title="One more step"
      lead={`${proof} This account is also protected by an authenticator app.`}
    >
      <ApiForm
        focusFirst
        submitLabel="Log in"
        aside={back}
        action={({ code = '' }) => onCode(code.trim())}
      >
        <CodeField />
      </ApiForm>
    </AccountLayout>
  );
}

function SingleSignOnStep({ next, onBack }: { next: string; onBack: () => void }) {
  return (
    <AccountLayout
      title="Single sign-on"
      lead="For teams whose people log in through their own identity provider."
    >
      <ApiForm
        focusFirst
        submitLabel="Continue"
        aside={
          <Button look="quiet" onClick={onBack}>
            Back
          </Button>
        }
        action={async ({ email = '' }) => location.assign(await beginSingleSignOn(email, next))}
      >
        <TextField name="email" label="E-mail" type="email" autoComplete="username" required />
      </ApiForm>
    </AccountLayout>
  );
}
