import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { listWebhookEvents, type WebhookSettings } from '../../api/webhooks.ts';
import { ApiForm } from '../../components/api-form.tsx';
import { CancelButton } from '../../components/cancel-button.tsx';
import { CheckBox } from '../../components/check-box.tsx';
import { CheckList } from '../../components/check-list.tsx';
import { QueryState } from '../../components/query-state.tsx';
import { TextField } from '../../components/text-field.tsx';

const everything = '*';

interface WebhookFormProps {
  known?: WebhookSettings;
  submitLabel: string;
  onSubmit: (settings: WebhookSettings) => Promise<void>;
  onCancel: () => void;
}

/** Of a new webhook, or of one that changes. */
export function WebhookForm({ known, submitLabel, onSubmit, onCancel }: WebhookFormProps) {
  const [events, setEvents] = useState(known?.events ?? [everything]);
  return (
    <ApiForm
      focusFirst
      submitLabel={submitLabel}
      aside={<CancelButton onClick={onCancel} />}
      action={({ url = '' }) => onSubmit({ url, events })}
    >
      <TextField
        name="url"
        label="Address"
        type="url"
        autoComplete="off"
        maxLength={2000}
        defaultValue={known?.url ?? ''}
        required
        hint="Of your server, on the public internet: https://…"
      />
      <EventChoice events={events} onChange={setEvents} />
    </ApiForm>
  );
}

interface EventChoiceProps {
  events: readonly string[];
  onChange: (events: readonly string[]) => void;
}

function EventChoice({ events, onChange }: EventChoiceProps) {
  const offered = useQuery({
    queryKey: ['webhook-events'],
    queryFn: ({ signal }) => listWebhookEvents(signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const all = events.includes(everything);
  return (
    <fieldset>
      <legend className="text-sm font-medium">What it hears of</legend>
      <div className="mt-2">
        <CheckBox
          label="Everything, also what later versions add"
          checked={all}
          onChange={(checked) => onChange(checked ? [everything] : [])}
        />
        {!all && (
          <QueryState query={offered} what="the events">
            {(list) => (
              <CheckList
                options={list.map(({ event, means }) => ({ name: event, means }))}
                chosen={events}
                onChange={onChange}
              />
            )}
          </QueryState>
        )}
      </div>
    </fieldset>
  );
}
