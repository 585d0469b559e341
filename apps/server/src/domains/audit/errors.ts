import { DomainError } from '../../platform/errors.ts';

export function notedEventRetired(sequence: number): DomainError {
  return new DomainError({
    code: 'audit_event_retired',
    kind: 'invalid',
    param: 'sequence',
    detail: `sequence: event ${sequence} is past its retention and gone; note the head again now and then.`,
  });
}
