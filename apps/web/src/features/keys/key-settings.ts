import type { Key, KeySettings } from '../../api/keys.ts';
import type { FormValues } from '../../components/api-form.tsx';

export type Lifetime = 'same' | 'none' | '30' | '60' | '90';

/** What is chosen rather than typed. */
export interface KeyChoices {
  mode: 'live' | 'test';
  /** Whatever its maker may do. */
  everything: boolean;
  scopes: readonly string[];
  lifetime: Lifetime;
  autoRotate: boolean;
}

export function choicesOf(known: Key | undefined): KeyChoices {
  if (!known)
    return { mode: 'live', everything: true, scopes: [], lifetime: '90', autoRotate: false };
  const everything = known.scopes.includes('*');
  const scopes = known.scopes.filter((scope) => scope !== '*');
  return { mode: 'live', everything, scopes, lifetime: 'same', autoRotate: known.auto_rotate };
}

/** What the API is asked for. Of a known key's scopes and end only what was changed: they are judged anew. */
export function readKeySettings(
  values: FormValues,
  choices: KeyChoices,
  known: Key | undefined,
): KeySettings {
  const scopes = choices.everything ? ['*'] : choices.scopes;
  const scopesStay = known && [...known.scopes].sort().join() === [...scopes].sort().join();
  return {
    name: values.name ?? '',
    ...(known ? {} : { mode: choices.mode }),
    ...(scopesStay ? {} : { scopes }),
    ...(choices.lifetime === 'same' ? {} : { lifetime_days: readLifetime(choices.lifetime) }),
    auto_rotate: choices.autoRotate && hasEnd(choices, known),
    allowed_ips: (values.allowed_ips ?? '').split(/[\s,]+/).filter(Boolean),
    requests_per_minute: readNumber(values.requests_per_minute),
    monthly_characters: readNumber(values.monthly_characters),
    monthly_generations: readNumber(values.monthly_generations),
  };
}

/** Whether there will be an end, before which a next secret can be made. */
export function hasEnd({ lifetime }: KeyChoices, known: Key | undefined): boolean {
  return lifetime === 'same' ? (known?.lifetime_days ?? null) !== null : lifetime !== 'none';
}

function readLifetime(lifetime: Exclude<Lifetime, 'same'>): number | null {
  return lifetime === 'none' ? null : Number(lifetime);
}

/** An empty field sets no limit. */
function readNumber(text = ''): number | null {
  const digits = text.trim();
  return digits === '' ? null : Number(digits);
}
