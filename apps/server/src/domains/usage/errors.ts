import { DomainError } from '../../platform/errors.ts';

export function systemOnly(): DomainError {
  return new DomainError({
    code: 'permission_denied',
    kind: 'forbidden',
    detail: 'Only the server itself meters usage.',
  });
}

/** Of two budgets, the one that has no room. */
export function budgetExceeded(budget: {
  readonly unit: 'characters' | 'generations';
  readonly limit: number;
  readonly used: number;
  readonly asked: number;
  readonly resetsAt: Date;
}): DomainError {
  const { unit, limit, used, asked, resetsAt } = budget;
  return new DomainError({
    code: 'budget_exceeded',
    kind: 'exhausted',
    detail: `This key's budget of ${limit} ${unit} a month is used up: ${used} are used, and this takes ${asked}. It begins anew at ${resetsAt.toISOString()}.`,
  });
}
