import { useEffect, useRef } from 'react';
import { AudioPlayer } from '../../components/audio-player.tsx';
import { Button } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { ProblemNote } from '../../components/problem-note.tsx';
import { useStore } from '../../use-store.ts';
import { downloadTake } from './download-take.ts';
import { formatLabels } from './formats.ts';
import type { Take } from './take.ts';
import { TakeFacts } from './take-facts.tsx';
import { TakeStatus } from './take-status.tsx';
import { estimateSeconds } from './text-limits.ts';

/** The take that is shown: heard and drawn while it arrives, replayed and downloaded afterwards. */
export function TakeCard({ take }: { take: Take }) {
  const state = useStore(take.state);
  const { text, speed, format } = take.request;
  const card = useRef<HTMLElement>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: each take comes into view, on a phone it starts below
  useEffect(() => {
    card.current?.scrollIntoView({ block: 'nearest' });
  }, [take]);

  return (
    <section ref={card} aria-label="Take" className="card p-4 sm:p-6">
      <div className="mb-4 flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <h2 className="min-w-0 flex-1 basis-60 truncate text-base">{text.trim()}</h2>
        <TakeStatus take={take} />
      </div>
      {(take.running || state.audioSeconds > 0) && (
        <AudioPlayer
          key={take.number}
          playback={take.playback}
          peaks={take.peaks}
          expectedSeconds={take.running ? estimateSeconds(text, speed) : 0}
        >
          <Button size="small" disabled={!state.file} onClick={() => downloadTake(take)}>
            <Icon name="download" size={16} />
            <span className="max-sm:sr-only">Download</span> {formatLabels[format].name}
          </Button>
        </AudioPlayer>
      )}
      {state.warning && <p className="mt-4 text-sm text-accent-text">{state.warning}</p>}
      {state.problem && !state.problem.param && (
        <div className="mt-4">
          <ProblemNote problem={state.problem} />
        </div>
      )}
      <TakeFacts take={take} />
    </section>
  );
}

/** What stands where takes will be. */
export function TakePlaceholder() {
  const bars = Array.from(
    { length: 60 },
    (_, i) => 8 + 26 * Math.abs(Math.sin(i * 0.7) * Math.sin(i * 0.19)),
  );
  return (
    <div className="rounded-lg border border-dashed border-border p-6 text-center">
      <div aria-hidden="true" className="mx-auto flex h-12 max-w-md items-center justify-between">
        {bars.map((height, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a fixed ornament
          <span key={i} className="w-[3px] rounded-full bg-border" style={{ height }} />
        ))}
      </div>
      <p className="mt-4 text-muted">
        Your audio comes here, and plays while the rest is still being made.
      </p>
    </div>
  );
}
