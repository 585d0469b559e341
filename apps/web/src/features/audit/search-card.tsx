import { useState } from 'react';
import type { AuditFilter } from '../../api/audit-log.ts';
import { ApiForm } from '../../components/api-form.tsx';
import { Card } from '../../components/card.tsx';
import { Select } from '../../components/select.tsx';
import { TextField } from '../../components/text-field.tsx';
import { type AuditChoices, readAuditFilter } from './audit-filter.ts';
import type { KnownActor } from './use-actors.ts';

const outcomes: readonly { value: AuditChoices['success']; label: string }[] = [
  { value: '', label: 'All' },
  { value: 'true', label: 'What succeeded' },
  { value: 'false', label: 'What did not' },
];

interface SearchCardProps {
  actors: readonly KnownActor[];
  /** What it throws is told at the field that it names. */
  onSearch: (filter: AuditFilter) => Promise<void>;
}

export function SearchCard({ actors, onSearch }: SearchCardProps) {
  const [choices, setChoices] = useState<AuditChoices>({ actor: '', success: '' });
  const typed = { autoComplete: 'off', spellCheck: false };
  return (
    <Card title="Search" lead="What is left empty does not narrow.">
      <ApiForm submitLabel="Search" action={(values) => onSearch(readAuditFilter(values, choices))}>
        <div className="grid gap-5 sm:grid-cols-2">
          <div>
            <Select
              label="Who"
              options={[
                { value: '', label: 'Anybody' },
                ...actors.map(({ id, name }) => ({ value: id, label: name })),
                { value: 'system', label: 'The server' },
                { value: 'anonymous', label: 'Somebody unknown' },
              ]}
              value={choices.actor}
              onChange={(actor) => setChoices({ ...choices, actor })}
            />
          </div>
          <div>
            <Select
              label="Outcome"
              options={outcomes}
              value={choices.success}
              onChange={(success) => setChoices({ ...choices, success })}
            />
          </div>
          <TextField
            name="event_type"
            label="What"
            {...typed}
            hint="A type, or all of a noun: api_key.*"
          />
          <TextField name="resource_type" label="Kind of thing" {...typed} hint="Such as api_key" />
          <TextField name="from" label="From" type="datetime-local" />
          <TextField name="to" label="Until" type="datetime-local" />
          <TextField name="resource_id" label="Id of the thing" {...typed} />
        </div>
      </ApiForm>
    </Card>
  );
}
