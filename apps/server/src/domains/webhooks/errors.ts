import { DomainError } from '../../platform/errors.ts';

export function webhookNotFound(): DomainError {
  return new DomainError({
    kind: 'not_found',
    code: 'webhook_not_found',
    detail: 'There is no such webhook in this team.',
    param: 'id',
  });
}

export function tooManyWebhooks(limit: number): DomainError {
  return new DomainError({
    kind: 'conflict',
    code: 'too_many_webhooks',
    detail: `A team has at most ${limit} webhooks: delete one first.`,
  });
}

export function unreachableUrl(detail: string): DomainError {
  return new DomainError({
    kind: 'invalid',
    code: 'invalid_field',
    param: 'url',
    detail: `url: ${detail}`,
  });
}

export function webhookDisabled(): DomainError {
  return new DomainError({
    kind: 'conflict',
    code: 'webhook_disabled',
    detail: 'This webhook is disabled: enable it first.',
  });
}
