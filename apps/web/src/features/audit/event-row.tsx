import type { AuditEvent } from '../../api/audit-log.ts';
import { Time } from '../../components/time.tsx';
import { type KnownActor, nameActor } from './use-actors.ts';

/** One event in a line, which opens for all that is known of it. */
export function EventRow({ event, actors }: { event: AuditEvent; actors: readonly KnownActor[] }) {
  return (
    <li>
      <details className="group py-1">
        <summary className="flex min-h-11 cursor-pointer flex-wrap items-center gap-x-3 gap-y-1 rounded-sm py-2">
          <code className="font-mono text-sm break-all">{event.event_type}</code>
          {!event.success && (
            <span className="rounded-full bg-danger-soft px-2 py-0.5 text-sm text-danger">
              failed
            </span>
          )}
          <span className="min-w-0 break-words text-muted">{nameActor(event, actors)}</span>
          <span className="ml-auto text-sm text-muted">
            <Time at={event.timestamp} />
          </span>
        </summary>
        <EventFacts event={event} />
      </details>
    </li>
  );
}

export function EventFacts({ event }: { event: AuditEvent }) {
  const { actor, resource } = event;
  const facts = [
    ['When', event.timestamp],
    ['By', actor.user_id ?? actor.api_key_id ?? 'nobody known'],
    ['Key', actor.user_id === null ? undefined : actor.api_key_id],
    ['Address', actor.ip_address],
    ['Program', actor.user_agent],
    ['Thing', [resource.type, resource.id].filter(Boolean).join(' ')],
    ['Outcome', event.success ? 'succeeded' : 'failed'],
  ].filter(([, value]) => value);
  return (
    <div className="rounded-md bg-sunken p-4 text-sm">
      <dl className="grid gap-x-4 gap-y-1 sm:grid-cols-[6rem_minmax(0,1fr)]">
        {facts.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{name}</dt>
            <dd className="font-mono text-[13px] break-all">{value}</dd>
          </div>
        ))}
      </dl>
      {Object.keys(event.details).length > 0 && (
        <pre className="mt-3 font-mono text-[13px] break-all whitespace-pre-wrap">
          {JSON.stringify(event.details, null, 2)}
        </pre>
      )}
    </div>
  );
}
