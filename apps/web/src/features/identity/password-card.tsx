import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { changePassword } from '../../api/security.ts';
import { ApiForm } from '../../components/api-form.tsx';
import { Button } from '../../components/button.tsx';
import { CancelButton } from '../../components/cancel-button.tsx';
import { Card } from '../../components/card.tsx';
import { Note } from '../../components/note.tsx';
import { PasswordField } from '../../components/password-field.tsx';
import { TextLink } from '../../components/text-link.tsx';

export function PasswordCard({ hasPassword }: { hasPassword: boolean }) {
  const [step, setStep] = useState<'closed' | 'open' | 'done'>('closed');
  const queryClient = useQueryClient();
  if (!hasPassword) {
    return (
      <Card
        title="Password"
        lead={
          <>
            Your account has none. <TextLink to="/forgot-password">Set one by mail</TextLink>.
          </>
        }
      />
    );
  }
  return (
    <Card title="Password" lead="A new one ends all your other sessions.">
      {step === 'done' && <Note>Your password is changed. All other sessions were ended.</Note>}
      {step === 'open' ? (
        <ApiForm
          focusFirst
          submitLabel="Change password"
          aside={<CancelButton onClick={() => setStep('closed')} />}
          action={async ({ current_password = '', new_password = '' }) => {
            await changePassword(current_password, new_password);
            setStep('done');
            await queryClient.invalidateQueries({ queryKey: ['sessions'] });
          }}
        >
          <PasswordField name="current_password" label="Current password" />
          <PasswordField name="new_password" label="New password" chosen />
        </ApiForm>
      ) : (
        <Button className={step === 'done' ? 'mt-4' : ''} onClick={() => setStep('open')}>
          Change password
        </Button>
      )}
    </Card>
  );
}
