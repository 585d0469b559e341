import { useState } from 'react';
import type { Key, KeySettings } from '../../api/keys.ts';
import { ApiForm } from '../../components/api-form.tsx';
import { CancelButton } from '../../components/cancel-button.tsx';
import { CheckBox } from '../../components/check-box.tsx';
import { Select } from '../../components/select.tsx';
import { TextField } from '../../components/text-field.tsx';
import { choicesOf, hasEnd, type Lifetime, readKeySettings } from './key-settings.ts';
import { ScopeChoice } from './scope-choice.tsx';

const lifetimes: readonly { value: Lifetime; label: string }[] = [
  { value: '30', label: '30 days' },
  { value: '60', label: '60 days' },
  { value: '90', label: '90 days' },
  { value: 'none', label: 'No end' },
];

const modes = [
  { value: 'live', label: 'Live', note: 'for what is in use' },
  { value: 'test', label: 'Test', note: 'for trying out' },
] as const;

interface KeyFormProps {
  /** What is changed; a new key where it is left out. */
  known?: Key;
  submitLabel: string;
  onSubmit: (settings: KeySettings) => Promise<void>;
  onCancel: () => void;
}

export function KeyForm({ known, submitLabel, onSubmit, onCancel }: KeyFormProps) {
  const [choices, setChoices] = useState(() => choicesOf(known));
  const choose = (change: Partial<typeof choices>) => setChoices({ ...choices, ...change });
  const limit = (value: number | null | undefined) => ({
    autoComplete: 'off',
    inputMode: 'numeric' as const,
    pattern: ' *[0-9]* *',
    defaultValue: value === null || value === undefined ? '' : String(value),
  });
  return (
    <ApiForm
      focusFirst
      submitLabel={submitLabel}
      aside={<CancelButton onClick={onCancel} />}
      action={(values) => onSubmit(readKeySettings(values, choices, known))}
    >
      <TextField
        name="name"
        label="Name"
        autoComplete="off"
        defaultValue={known?.name ?? ''}
        maxLength={255}
        required
        hint="Where it is used, so that you know it again."
      />
      <div className="grid gap-5 sm:grid-cols-2">
        {!known && (
          <div>
            <Select
              label="Mode"
              options={modes}
              value={choices.mode}
              onChange={(mode) => choose({ mode })}
            />
          </div>
        )}
        <div>
          <Select
            label={known ? 'Ends, counted from now' : 'Ends after'}
            options={known ? [{ value: 'same', label: 'As it is' }, ...lifetimes] : lifetimes}
            value={choices.lifetime}
            onChange={(lifetime) => choose({ lifetime })}
          />
        </div>
      </div>
      {hasEnd(choices, known) && (
        <CheckBox
          label="Make its next secret by itself before the end, to be fetched here once"
          checked={choices.autoRotate}
          onChange={(autoRotate) => choose({ autoRotate })}
        />
      )}
      <ScopeChoice
        everything={choices.everything}
        scopes={choices.scopes}
        known={known?.scopes ?? []}
        onChange={choose}
      />
      <fieldset>
        <legend className="font-medium">Limits</legend>
        <p className="mt-1 text-sm text-muted">An empty field sets none.</p>
        <div className="mt-3 grid gap-5 sm:grid-cols-2">
          <TextField
            name="monthly_characters"
            label="Characters a month"
            {...limit(known?.monthly_characters)}
          />
          <TextField
            name="monthly_generations"
            label="Requests for speech a month"
            {...limit(known?.monthly_generations)}
          />
          <TextField
            name="requests_per_minute"
            label="Requests a minute"
            {...limit(known?.requests_per_minute)}
            hint="Below the limit of your plan."
          />
          <TextField
            name="allowed_ips"
            label="Only from these addresses"
            autoComplete="off"
            spellCheck={false}
            defaultValue={known?.allowed_ips.join(', ') ?? ''}
            hint="Addresses or networks such as 192.0.2.0/24, with commas between them."
          />
        </div>
      </fieldset>
    </ApiForm>
  );
}
