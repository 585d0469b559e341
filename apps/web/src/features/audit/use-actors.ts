import type { AuditEvent } from '../../api/audit-log.ts';
import { useKeys } from '../keys/use-keys.ts';
import { useMembers } from '../teams/use-members.ts';

export interface KnownActor {
  /** A user's or a key's. */
  id: string;
  name: string;
}

/** Whom the log can name: the team's members and keys. */
export function useActors(teamId: string): readonly KnownActor[] {
  const { data: members = [] } = useMembers(teamId);
  const { data: keys = [] } = useKeys();
  return [
    ...members.map(({ user_id: id, name, email }) => ({ id, name: name ?? email })),
    ...keys.map(({ id, name }) => ({ id, name: `Key “${name}”` })),
  ];
}

export function nameActor({ actor }: AuditEvent, known: readonly KnownActor[]): string {
  const id = actor.user_id ?? actor.api_key_id;
  if (id !== undefined) return known.find((candidate) => candidate.id === id)?.name ?? id;
  // Whoever is not known came from somewhere; the server did not.
  return actor.ip_address === null ? 'The server' : 'Somebody unknown';
}
