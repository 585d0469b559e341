import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import {
  confirmTwoFactor,
  disableTwoFactor,
  proposeTwoFactor,
  type TotpSecret,
} from '../../api/security.ts';
import { ApiForm } from '../../components/api-form.tsx';
import { Button } from '../../components/button.tsx';
import { CancelButton } from '../../components/cancel-button.tsx';
import { Card } from '../../components/card.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { PasswordField } from '../../components/password-field.tsx';
import { QrCode } from '../../components/qr-code.tsx';
import { AppCodeField, CodeField } from './code-field.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';
import { sessionQuery } from './session.ts';

type Step =
  | { name: 'closed' }
  | { name: 'password' }
  | { name: 'scan'; proposed: TotpSecret }
  | { name: 'codes'; codes: string[] }
  | { name: 'off' };

export function TwoFactorCard({ on, hasPassword }: { on: boolean; hasPassword: boolean }) {
  const [step, setStep] = useState<Step>({ name: 'closed' });
  const queryClient = useQueryClient();
  const close = async () => {
    setStep({ name: 'closed' });
    await queryClient.invalidateQueries(sessionQuery);
  };
  return (
    <Card
      title="Second factor"
      lead={
        on
          ? 'On: a log-in by password asks for a code of your authenticator app.'
          : 'Off. With an authenticator app, a stolen password alone opens nothing.'
      }
    >
      {step.name === 'closed' && !on && hasPassword && (
        <Button onClick={() => setStep({ name: 'password' })}>Turn on</Button>
      )}
      {step.name === 'closed' && on && (
        <Button onClick={() => setStep({ name: 'off' })}>Turn off</Button>
      )}
      {!on && !hasPassword && (
        <p className="text-muted">It protects a password, and your account has none.</p>
      )}
      {step.name === 'password' && (
        <ApiForm
          focusFirst
          submitLabel="Continue"
          aside={<CancelButton onClick={close} />}
          action={async ({ password = '' }) =>
            setStep({ name: 'scan', proposed: await proposeTwoFactor(password) })
          }
        >
          <PasswordField name="password" label="Password" />
        </ApiForm>
      )}
      {step.name === 'scan' && (
        <ApiForm
          key="scan"
          focusFirst
          submitLabel="Turn on"
          aside={<CancelButton onClick={close} />}
          action={async ({ code = '' }) =>
            setStep({ name: 'codes', codes: await confirmTwoFactor(code.trim()) })
          }
        >
          <Secret proposed={step.proposed} />
          <AppCodeField hint="The six digits that the app shows for VoiceFlow now." />
        </ApiForm>
      )}
      {step.name === 'codes' && <RecoveryCodes codes={step.codes} onKept={close} />}
      {step.name === 'off' && (
        <ApiForm
          focusFirst
          danger
          submitLabel="Turn off"
          aside={<CancelButton onClick={close} />}
          action={async ({ password = '', code = '' }) => {
            await disableTwoFactor(password, code.trim());
            await close();
          }}
        >
          <PasswordField name="password" label="Password" />
          <CodeField />
        </ApiForm>
      )}
    </Card>
  );
}

function Secret({ proposed }: { proposed: TotpSecret }) {
  return (
    <div className="flex flex-col gap-6 sm:flex-row sm:items-center">
      <QrCode text={proposed.uri} label="QR code for the authenticator app" />
      <div className="min-w-0 space-y-2">
        <p>Scan this with your authenticator app. Or type in the secret:</p>
        <p className="font-mono break-all">{proposed.secret}</p>
        <div className="-ml-3">
          <CopyButton text={proposed.secret} label="Copy the secret" />
        </div>
      </div>
    </div>
  );
}
