const nearUnits = [
  { unit: 'day', seconds: 86_400 },
  { unit: 'hour', seconds: 3_600 },
  { unit: 'minute', seconds: 60 },
] as const;

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const dates = new Intl.DateTimeFormat('en', { dateStyle: 'medium' });

/** "5 minutes ago", "in 3 days"; further away than a month, the date. */
export function formatTime(time: string, nowMs = Date.now()): string {
  const seconds = (Date.parse(time) - nowMs) / 1000;
  if (Math.abs(seconds) > 30 * 86_400) return dates.format(new Date(time));
  const near = nearUnits.find((candidate) => Math.abs(seconds) >= candidate.seconds);
  return near ? relative.format(Math.round(seconds / near.seconds), near.unit) : 'just now';
}

const spans = [
  { unit: 'd', seconds: 86_400 },
  { unit: 'h', seconds: 3_600 },
  { unit: 'min', seconds: 60 },
  { unit: 's', seconds: 1 },
] as const;

/** "1 d 3 h", "2 h 5 min", "12 s": the two greatest units of what is left. */
export function formatRemaining(remainingMs: number): string {
  const seconds = Math.max(0, Math.ceil(remainingMs / 1_000));
  const first = spans.findIndex((span) => seconds >= span.seconds || span.unit === 's');
  let rest = seconds;
  const words: string[] = [];
  for (const { unit, seconds: length } of spans.slice(first, first + 2)) {
    words.push(`${Math.floor(rest / length)} ${unit}`);
    rest %= length;
  }
  return words.join(' ');
}
