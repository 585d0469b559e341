import type { Voice } from '../../api/voices.ts';

/** The voice's initial on a tint of its own, so that a list of names is easier to scan. */
export function VoiceBadge({ voice, small = false }: { voice: Voice; small?: boolean }) {
  const warm = voice.gender === 'female';
  return (
    <span
      aria-hidden="true"
      className={`grid shrink-0 place-items-center rounded-full font-semibold ${small ? 'size-7 text-xs' : 'size-9 text-sm'} ${warm ? 'bg-accent-soft text-accent-text' : 'bg-primary-soft text-primary'}`}
    >
      {voice.name.slice(0, 1)}
    </span>
  );
}
