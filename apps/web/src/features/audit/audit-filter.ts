import type { AuditFilter } from '../../api/audit-log.ts';
import type { FormValues } from '../../components/api-form.tsx';

/** What is chosen rather than typed; empty: everything. */
export interface AuditChoices {
  actor: string;
  success: '' | 'true' | 'false';
}

/** Times are typed in the clock of whoever looks, and asked for in the server's. */
export function readAuditFilter(values: FormValues, choices: AuditChoices): AuditFilter {
  const asked = {
    ...choices,
    event_type: values.event_type?.trim(),
    resource_type: values.resource_type?.trim(),
    resource_id: values.resource_id?.trim(),
    from: readLocalTime(values.from),
    to: readLocalTime(values.to),
  };
  const filter: Record<string, string> = {};
  for (const [name, value] of Object.entries(asked)) {
    if (value) filter[name] = value;
  }
  return filter;
}

function readLocalTime(text = ''): string {
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? '' : time.toISOString();
}
