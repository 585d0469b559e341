import { type KeyboardEvent, useEffect, useRef } from 'react';
import WaveSurfer from 'wavesurfer.js';
import { peaksPerSecond } from '../audio/peaks.ts';
import { colorSchemeStore } from '../color-scheme.ts';
import { useStore } from '../use-store.ts';
import { formatClock } from './format-clock.ts';

interface WaveformProps {
  /** 0..1, one for each 10 ms. */
  peaks: readonly number[];
  /** What the full width stands for; beyond the peaks lies what is still to come. */
  totalSeconds: number;
  currentSeconds: number;
  /** How far one may seek. */
  seekableSeconds: number;
  onSeek: (seconds: number) => void;
}

const seekStepSeconds = 2;

/** The waveform as a slider: click, drag, or arrow keys. wavesurfer.js draws; the sound is elsewhere. */
export function Waveform(props: WaveformProps) {
  const { peaks, totalSeconds, currentSeconds, seekableSeconds, onSeek } = props;
  const container = useRef<HTMLDivElement>(null);
  const waveSurfer = useRef<WaveSurfer>(null);
  const { dark } = useStore(colorSchemeStore);
  const seek = useRef(onSeek);
  seek.current = onSeek;
  const position = useRef(currentSeconds);
  position.current = currentSeconds;

  useEffect(() => {
    if (!container.current) return;
    const surfer = WaveSurfer.create({
      container: container.current,
      height: 'auto',
      barWidth: 3,
      barGap: 2,
      barRadius: 3,
      barMinHeight: 3,
      cursorWidth: 2,
      dragToSeek: { debounceTime: 0 },
      hideScrollbar: true,
    });
    surfer.on('interaction', (seconds) => seek.current(seconds));
    waveSurfer.current = surfer;
    return () => surfer.destroy();
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the scheme changes what the computed colours are
  useEffect(() => {
    if (!container.current) return;
    // Computed properties, because a canvas cannot resolve the tokens' light-dark().
    const { color, caretColor, outlineColor } = getComputedStyle(container.current);
    waveSurfer.current?.setOptions({
      waveColor: color,
      progressColor: caretColor,
      cursorColor: outlineColor,
    });
  }, [dark]);

  const peakCount = peaks.length;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same array grows in place
  useEffect(() => {
    const drawn = layOutPeaks(peaks, totalSeconds);
    waveSurfer.current?.load('', [drawn], Math.max(totalSeconds, 0.01)).then(
      () => waveSurfer.current?.setTime(position.current),
      () => undefined, // Newer peaks came first.
    );
  }, [peaks, peakCount, totalSeconds]);

  useEffect(() => {
    waveSurfer.current?.setTime(currentSeconds);
  }, [currentSeconds]);

  const seekByKey = (event: KeyboardEvent) => {
    const target = {
      ArrowRight: currentSeconds + seekStepSeconds,
      ArrowUp: currentSeconds + seekStepSeconds,
      ArrowLeft: currentSeconds - seekStepSeconds,
      ArrowDown: currentSeconds - seekStepSeconds,
      Home: 0,
      End: seekableSeconds,
    }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    onSeek(Math.max(0, Math.min(target, seekableSeconds)));
  };

  return (
    <div
      ref={container}
      role="slider"
      tabIndex={0}
      aria-label="Position"
      aria-valuemin={0}
      aria-valuemax={Math.round(seekableSeconds * 10) / 10}
      aria-valuenow={Math.round(currentSeconds * 10) / 10}
      aria-valuetext={`${formatClock(currentSeconds)} of ${formatClock(seekableSeconds)}`}
      onKeyDown={seekByKey}
      className="h-18 min-w-0 flex-1 cursor-pointer rounded-sm text-(--wave) caret-(--wave-played) outline-accent"
    />
  );
}

/** Speech peaks far below full scale: the loudest fills the height, unless all is quiet. */
function layOutPeaks(peaks: readonly number[], totalSeconds: number): Float32Array {
  const drawn = new Float32Array(Math.max(2, Math.round(totalSeconds * peaksPerSecond)));
  const loudest = peaks.reduce((a, b) => Math.max(a, b), 0.1);
  for (let i = 0; i < Math.min(peaks.length, drawn.length); i++) {
    drawn[i] = (peaks[i] ?? 0) / loudest;
  }
  return drawn;
}
