import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { announce } from '../../announcements.ts';
import {
  confirmTwoFactor,
  disableTwoFactor,
  proposeTwoFactor,
  replaceRecoveryCodes,
  type TotpSecret,
  type TwoFactorProof,
} from '../../api/security.ts';
import { ActionButton } from '../../components/action-button.tsx';
import { ApiForm } from '../../components/api-form.tsx';
import { Button } from '../../components/button.tsx';
import { CancelButton } from '../../components/cancel-button.tsx';
import { Card } from '../../components/card.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { PasswordField } from '../../components/password-field.tsx';
import { QrCode } from '../../components/qr-code.tsx';
import { AppCodeField, CodeField } from './code-field.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';
import { useConfirmed } from './use-confirmed.tsx';

type Step =
  | { name: 'closed' }
  | { name: 'password' }
  | { name: 'scan'; proposed: TotpSecret }
  | { name: 'codes'; told: string; codes: string[] }
  | { name: 'prove'; change: Change };

/** What one does with a factor that is on, having shown again that it is one's own. */
type Change = 'off' | 'renew';

const labels: Readonly<Record<Change, string>> = {
  off: 'Turn off',
  renew: 'Make new recovery codes',
};

const outcomes: Readonly<Record<Change, string>> = {
  off: 'No log-in asks for a code any more.',
  renew: 'Those that you have open nothing any more.',
};

export function TwoFactorCard({ on, hasPassword }: { on: boolean; hasPassword: boolean }) {
  const [step, setStep] = useState<Step>({ name: 'closed' });
  const queryClient = useQueryClient();
  const { run, form } = useConfirmed();
  const close = async () => {
    setStep({ name: 'closed' });
    // A team may let its members do more, or less, by it.
    await queryClient.invalidateQueries();
  };
  const make = async (change: Change, proof: TwoFactorProof) => {
    if (change === 'renew') {
      const codes = await replaceRecoveryCodes(proof);
      return setStep({
        name: 'codes',
        told: 'The former recovery codes open nothing any more.',
        codes,
      });
    }
    await disableTwoFactor(proof);
    await close();
    announce('The second factor is off.');
  };
  const propose = async (password?: string) =>
    setStep({ name: 'scan', proposed: await proposeTwoFactor(password) });
  return (
    <Card title="Second factor" lead={leadOf(on, hasPassword)}>
      {step.name === 'closed' &&
        !on &&
        (form ??
          (hasPassword ? (
            <Button onClick={() => setStep({ name: 'password' })}>Turn on</Button>
          ) : (
            <ActionButton label="Turn on" action={() => run(() => propose())} />
          )))}
      {step.name === 'closed' && on && (
        <div className="flex flex-wrap gap-3">
          <Button onClick={() => setStep({ name: 'prove', change: 'renew' })}>
            {labels.renew}
          </Button>
          <Button onClick={() => setStep({ name: 'prove', change: 'off' })}>{labels.off}</Button>
        </div>
      )}
      {step.name === 'password' && (
        <ApiForm
          focusFirst
          submitLabel="Continue"
          aside={<CancelButton onClick={close} />}
          action={({ password = '' }) => propose(password)}
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
          action={async ({ code = '' }) => {
            const codes = await confirmTwoFactor(code.trim());
            setStep({ name: 'codes', told: 'The second factor is on.', codes });
            await queryClient.invalidateQueries();
          }}
        >
          <Secret proposed={step.proposed} />
          <AppCodeField hint="The six digits that the app shows for VoiceFlow now." />
        </ApiForm>
      )}
      {step.name === 'codes' && (
        <RecoveryCodes told={step.told} codes={step.codes} onKept={close} />
      )}
      {step.name === 'prove' &&
        (form ?? (
          <ApiForm
            focusFirst
            danger={step.change === 'off'}
            submitLabel={labels[step.change]}
            aside={<CancelButton onClick={close} />}
            action={({ password = '', code = '' }) =>
              hasPassword
                ? make(step.change, { password, code: code.trim() })
                : run(() => make(step.change, {}))
            }
          >
            {hasPassword ? (
              <>
                <PasswordField name="password" label="Password" />
                <CodeField />
              </>
            ) : (
              <p>{outcomes[step.change]}</p>
            )}
          </ApiForm>
        ))}
    </Card>
  );
}

function leadOf(on: boolean, hasPassword: boolean): string {
  if (!on) {
    const thief = hasPassword ? 'who has your password' : 'who gets into your account elsewhere';
    return `Off. With an authenticator app, ${thief} does not get in here. Turning it on ends your other sessions.`;
  }
  return 'On: a log-in asks for a code of your authenticator app, unless it is by passkey.';
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
