import { formatTime } from './format-time.ts';

/** A moment as a person says it, and exactly for whoever points at it. */
export function Time({ at }: { at: string }) {
  return (
    <time dateTime={at} title={new Date(at).toLocaleString('en')}>
      {formatTime(at)}
    </time>
  );
}
