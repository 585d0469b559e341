import { useEffect, useState } from 'react';
import { formatRemaining } from './format-time.ts';

/** How long it is until then, to the second. */
export function Countdown({ until }: { until: string }) {
  const [nowMs, setNowMs] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <time dateTime={until} title={new Date(until).toLocaleString('en')} className="tabular-nums">
      {formatRemaining(Date.parse(until) - nowMs)}
    </time>
  );
}
