import { CopyButton } from '../../components/copy-button.tsx';
import { useStore } from '../../use-store.ts';
import type { Take, TakeState } from './take.ts';

/** What was measured here, in the browser, from the click on. */
export function TakeFacts({ take }: { take: Take }) {
  const state = useStore(take.state);
  const facts = listFacts(state);
  if (facts.length === 0 && !state.requestId) return null;
  return (
    <dl className="mt-4 flex flex-wrap gap-x-6 gap-y-2 border-t border-border pt-4 text-sm">
      {facts.map(({ name, value, explanation }) => (
        <div key={name} title={explanation}>
          <dt className="text-xs text-muted">{name}</dt>
          <dd className="font-medium tabular-nums">{value}</dd>
        </div>
      ))}
      {state.requestId && !state.problem && (
        <div className="min-w-0">
          <dt className="text-xs text-muted">Request</dt>
          <dd className="-my-2 flex items-center gap-1">
            <code className="truncate font-mono text-[13px]">{state.requestId}</code>
            <CopyButton text={state.requestId} label="Copy the request id" />
          </dd>
        </div>
      )}
    </dl>
  );
}

interface Fact {
  name: string;
  value: string;
  explanation: string;
}

function listFacts(state: TakeState): Fact[] {
  const { firstAudioSeconds, madeInSeconds, audioSeconds, characters, phase } = state;
  const facts: Fact[] = [];
  if (firstAudioSeconds !== undefined) {
    facts.push({
      name: 'First audio',
      value: formatSeconds(firstAudioSeconds),
      explanation: 'From the click to the first audio that could sound',
    });
  }
  if (madeInSeconds !== undefined && audioSeconds > 0 && phase === 'complete') {
    facts.push({
      name: 'Real-time factor',
      value: (madeInSeconds / audioSeconds).toFixed(2),
      explanation: `${formatSeconds(madeInSeconds)} from the click to the last byte, for ${formatSeconds(audioSeconds)} of audio`,
    });
  }
  if (state.fromCache) {
    facts.push({
      name: 'Made',
      value: 'before',
      explanation: 'The same request had been made already; the server kept its audio',
    });
  }
  if (characters !== undefined) {
    facts.push({
      name: 'Characters',
      value: characters.toLocaleString('en'),
      explanation: 'What counts against the allowance',
    });
  }
  if (state.underruns > 0) {
    facts.push({
      name: 'Pauses for audio',
      value: `${state.underruns}, ${formatSeconds(state.starvedSeconds)}`,
      explanation: 'The audio came slower than it sounds, so that playing had to wait',
    });
  }
  return facts;
}

function formatSeconds(seconds: number): string {
  return seconds < 1 ? `${Math.round(seconds * 1_000)} ms` : `${seconds.toFixed(1)} s`;
}
