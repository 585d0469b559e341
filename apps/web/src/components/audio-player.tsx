import { type ReactNode, useEffect } from 'react';
import type { Playback } from '../audio/playback.ts';
import { useStore } from '../use-store.ts';
import { formatClock } from './format-clock.ts';
import { Icon, Spinner } from './icon.tsx';
import { Select } from './select.tsx';
import { Waveform } from './waveform.tsx';

interface AudioPlayerProps {
  playback: Playback;
  /** 0..1, one for each 10 ms; may grow in place. */
  peaks: readonly number[];
  /** About how long audio that is still arriving will be. */
  expectedSeconds?: number;
  /** Further controls, behind the playback rate. */
  children?: ReactNode;
}

const rates = [0.5, 0.75, 1, 1.25, 1.5, 2].map((value) => ({ value, label: `${value}×` }));

/** Plays and shows audio, finished or still arriving. Space plays and pauses wherever it types nothing. */
export function AudioPlayer({ playback, peaks, expectedSeconds = 0, children }: AudioPlayerProps) {
  const { currentSeconds, durationSeconds, playing, waiting, rate, rateAdjustable } = useStore(
    playback.state,
  );
  useSpaceBar(playback);
  const toggle = () => togglePlayback(playback);
  const totalSeconds = Math.max(durationSeconds, expectedSeconds);
  return (
    <section aria-label="Audio player">
      <div className="flex items-center gap-4">
        <button
          type="button"
          onClick={toggle}
          aria-label={playing ? 'Pause' : 'Play'}
          aria-keyshortcuts="Space"
          disabled={durationSeconds === 0}
          className="grid size-14 shrink-0 cursor-pointer place-items-center rounded-full bg-primary text-on-primary shadow-card hover:bg-primary-hover disabled:cursor-default disabled:bg-border disabled:text-muted motion-safe:transition-colors"
        >
          {waiting ? <Spinner size={24} /> : <Icon name={playing ? 'pause' : 'play'} size={24} />}
        </button>
        <Waveform
          peaks={peaks}
          totalSeconds={totalSeconds}
          currentSeconds={currentSeconds}
          seekableSeconds={durationSeconds}
          onSeek={(seconds) => playback.seek(Math.min(seconds, durationSeconds))}
        />
      </div>
      <div className="mt-3 flex flex-wrap items-center gap-2">
        <p className="text-sm whitespace-nowrap tabular-nums text-muted" data-testid="player-time">
          {formatClock(currentSeconds)} / {formatClock(durationSeconds)}
        </p>
        <div className="ml-auto flex flex-wrap items-center gap-2">
          <Select
            compact
            label="Playback rate"
            options={rates}
            value={rate}
            disabled={!rateAdjustable}
            onChange={(next) => playback.setRate(next)}
          />
          {children}
        </div>
      </div>
    </section>
  );
}

function togglePlayback(playback: Playback): void {
  if (playback.state.get().playing) playback.pause();
  else playback.play();
}

function useSpaceBar(playback: Playback): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (
        event.code !== 'Space' ||
        event.repeat ||
        event.ctrlKey ||
        event.metaKey ||
        event.altKey
      ) {
        return;
      }
      if (event.defaultPrevented || takesSpace(event.target)) return;
      if (playback.state.get().durationSeconds === 0) return;
      event.preventDefault();
      togglePlayback(playback);
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [playback]);
}

/** Whether Space already means something to the element: typing, pressing, choosing. */
function takesSpace(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest(
      'input, textarea, select, button, a, summary, [role="combobox"], [role="listbox"], [contenteditable]',
    ) !== null
  );
}
