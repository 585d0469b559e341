import { useState } from 'react';
import { Attempt } from '../../api/attempt.ts';
import { type CreatedKey, type Key, rotateKey } from '../../api/keys.ts';
import { ActionButton } from '../../components/action-button.tsx';
import { CancelButton } from '../../components/cancel-button.tsx';
import { DialogButton } from '../../components/dialog-button.tsx';
import { Select } from '../../components/select.tsx';

const overlaps = [
  { value: 24, label: '24 hours more' },
  { value: 72, label: '3 days more' },
  { value: 168, label: '7 days more' },
  { value: 1, label: '1 hour more' },
  { value: 0, label: 'Not at all: it stops at once' },
] as const;

interface RotateButtonProps {
  known: Key;
  onRotated: (created: CreatedKey) => void;
}

export function RotateButton({ known, onRotated }: RotateButtonProps) {
  const [hours, setHours] = useState<number>(24);
  const [attempt] = useState(() => new Attempt());
  return (
    <DialogButton
      label="Rotate"
      describedBy={`Rotate ${known.name}`}
      title={`Give “${known.name}” a new secret?`}
    >
      {(close) => (
        <>
          <p>Programs can change over while the present secret still works.</p>
          <div>
            <Select
              label="The present secret works"
              options={overlaps}
              value={hours}
              onChange={setHours}
            />
          </div>
          <div className="flex flex-wrap gap-3">
            <ActionButton
              label="Rotate"
              look="primary"
              action={async () => {
                const created = await rotateKey(known.id, hours, attempt);
                close();
                onRotated(created);
              }}
            />
            <CancelButton onClick={close} />
          </div>
        </>
      )}
    </DialogButton>
  );
}
