import { useStore } from '../../use-store.ts';
import type { Take, TakeState } from './take.ts';

/** How the take goes, in words; changes seldom enough to be read out. */
export function TakeStatus({ take }: { take: Take }) {
  const state = useStore(take.state);
  const { waiting, playing } = useStore(take.playback.state);
  return (
    <p role="status" className="flex items-center gap-2 text-sm text-muted">
      <span aria-hidden="true" className={`size-2 rounded-full ${dots[state.phase]}`} />
      {tell(state, waiting && playing)}
    </p>
  );
}

const dots: Record<TakeState['phase'], string> = {
  waiting: 'bg-accent motion-safe:animate-pulse',
  arriving: 'bg-accent motion-safe:animate-pulse',
  complete: 'bg-primary',
  cancelled: 'bg-border-strong',
  failed: 'bg-danger',
};

function tell(state: TakeState, starved: boolean): string {
  switch (state.phase) {
    case 'waiting':
      return 'Waiting for the first audio';
    case 'arriving':
      return starved ? 'Waiting for more audio' : 'Playing while the rest is made';
    case 'complete':
      return `Done, ${state.audioSeconds.toFixed(1)} s of audio`;
    case 'cancelled':
      return state.audioSeconds > 0
        ? `Cancelled after ${state.audioSeconds.toFixed(1)} s of audio`
        : 'Cancelled';
    case 'failed':
      return 'Failed';
  }
}
