import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { approveDevice, type Device, denyDevice, findDevice } from '../../api/devices.ts';
import { ActionButton } from '../../components/action-button.tsx';
import { ApiForm } from '../../components/api-form.tsx';
import { Note } from '../../components/note.tsx';
import { TextField } from '../../components/text-field.tsx';
import { TextLink } from '../../components/text-link.tsx';
import { Time } from '../../components/time.tsx';
import { Page } from '../../shell/page.tsx';
import { useSession } from './session.ts';

const route = getRouteApi('/shell/person/device');

type Step =
  | { name: 'code' }
  | { name: 'decide'; device: Device }
  | { name: 'approved' | 'denied'; device: Device };

/** Where a person lets a program in that has no browser of its own. */
export function DevicePage() {
  const { user_code: given = '' } = route.useSearch();
  const { data: session } = useSession();
  const [step, setStep] = useState<Step>({ name: 'code' });
  if (session?.kind !== 'person') return null;
  return (
    <Page title="Connect a device" narrow>
      <div className="card p-4 sm:p-6">
        {session.me.local_operator ? (
          <p>
            A device is connected to an account.{' '}
            <TextLink
              to="/log-in"
              search={{ next: `/device?user_code=${encodeURIComponent(given)}` }}
            >
              Log in
            </TextLink>{' '}
            first.
          </p>
        ) : (
          <Steps step={step} onStep={setStep} given={given} email={session.me.email} />
        )}
      </div>
    </Page>
  );
}

interface StepsProps {
  step: Step;
  onStep: (step: Step) => void;
  given: string;
  email: string;
}

function Steps({ step, onStep, given, email }: StepsProps) {
  switch (step.name) {
    case 'code':
      return (
        <ApiForm
          submitLabel="Continue"
          action={async ({ user_code = '' }) =>
            onStep({ name: 'decide', device: await findDevice(user_code.trim()) })
          }
        >
          <TextField
            name="user_code"
            label="Code"
            autoComplete="off"
            spellCheck={false}
            defaultValue={given}
            placeholder="WDJB-MJHT"
            maxLength={40}
            required
            monospaced
            hint="As your device shows it. Go on only if you started this yourself, just now."
          />
        </ApiForm>
      );
    case 'decide':
      return <Decision device={step.device} email={email} onStep={onStep} />;
    case 'approved':
      return (
        <Note>{step.device.name} is connected. You can go back to it and close this page.</Note>
      );
    case 'denied':
      return <Note>{step.device.name} was sent away. Its code works no more.</Note>;
  }
}

interface DecisionProps {
  device: Device;
  email: string;
  onStep: (step: Step) => void;
}

function Decision({ device, email, onStep }: DecisionProps) {
  const { name, user_code: code, ip_address: address, created_at: askedAt } = device;
  const question = useRef<HTMLParagraphElement>(null);
  // It has come in the place of the field that had the focus.
  useEffect(() => question.current?.focus({ preventScroll: true }), []);
  return (
    <div className="space-y-4">
      <p ref={question} tabIndex={-1} className="wrap-anywhere outline-none">
        Let <strong>{name}</strong> act as <strong>{email}</strong>?
      </p>
      <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2">
        <dt className="text-muted">Code</dt>
        <dd className="font-mono">{code}</dd>
        <dt className="text-muted">Asked</dt>
        <dd>
          <Time at={askedAt} />
        </dd>
        <dt className="text-muted">From</dt>
        <dd className="wrap-anywhere">
          {address ?? 'unknown'}
          {device.same_address ? ', the address that you have yourself' : ''}
        </dd>
      </dl>
      <p>
        It may then do what you may, until you end its session on the security page: for 90 days at
        most, or 30 after it was last used.
      </p>
      {!device.same_address && (
        <p className="rounded-md bg-accent-soft p-4 text-accent-text">
          It asks from another address than yours. If somebody sent you this code, deny it: they
          would be let into your account.
        </p>
      )}
      <div className="flex flex-wrap gap-3">
        <ActionButton
          label="Let it in"
          look="primary"
          action={async () => {
            await approveDevice(code);
            onStep({ name: 'approved', device });
          }}
        />
        <ActionButton
          label="Deny"
          action={async () => {
            await denyDevice(code);
            onStep({ name: 'denied', device });
          }}
        />
      </div>
    </div>
  );
}
