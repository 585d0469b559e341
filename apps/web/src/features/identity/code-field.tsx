import { useEffect, useRef, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { TextField } from '../../components/text-field.tsx';

/** A code of the authenticator app, or where the app is lost one of the recovery codes. */
export function CodeField() {
  const [recovering, setRecovering] = useState<boolean>();
  const field = useRef<HTMLDivElement>(null);
  // Who asked for the other field goes on in it.
  useEffect(() => {
    if (recovering !== undefined) field.current?.querySelector('input')?.focus();
  }, [recovering]);
  return (
    <div ref={field} className="space-y-2">
      {recovering ? (
        <TextField
          key="recovery"
          name="code"
          label="Recovery code"
          autoComplete="off"
          spellCheck={false}
          required
          monospaced
          hint="One of the ten that you kept. Each is good once."
        />
      ) : (
        <AppCodeField key="app" hint="The six digits that your authenticator app shows now." />
      )}
      <Button
        look="quiet"
        size="small"
        className="-ml-3"
        onClick={() => setRecovering(!recovering)}
      >
        {recovering ? 'Use the app instead' : 'Use a recovery code instead'}
      </Button>
    </div>
  );
}

export function AppCodeField({ hint }: { hint: string }) {
  return (
    <TextField
      name="code"
      label="Code"
      autoComplete="one-time-code"
      inputMode="numeric"
      required
      monospaced
      hint={hint}
    />
  );
}
