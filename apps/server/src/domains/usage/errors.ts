import { DomainError } from '../../platform/errors.ts';

export function systemOnly(): DomainError {
  return new DomainError({
    code: 'permission_denied',
    kind: 'forbidden',
    detail: 'Only the server itself meters usage.',
  });
}
