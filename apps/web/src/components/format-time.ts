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
