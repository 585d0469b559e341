import { DomainError } from '../../platform/errors.ts';

export function permissionDenied(permission: string): DomainError {
  return new DomainError({
    code: 'permission_denied',
    kind: 'forbidden',
    detail: `This credential lacks the permission "${permission}".`,
  });
}
