import { DomainError } from '../../platform/errors.ts';

export function voiceNotFound(id: string, nearest: string | undefined): DomainError {
  return new DomainError({
    code: 'voice_not_found',
    kind: 'not_found',
    param: 'id',
    detail: `There is no voice "${id}".${suggest(nearest)}`,
  });
}

export function unknownVoice(name: string, nearest: string | undefined): DomainError {
  const shown = name.length <= 40 ? name : `${name.slice(0, 39)}…`;
  return new DomainError({
    code: 'unknown_voice',
    kind: 'invalid',
    param: 'voice',
    detail: `There is no voice "${shown}".${suggest(nearest)} GET /v1/voices lists them all.`,
  });
}

function suggest(nearest: string | undefined): string {
  return nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
}
