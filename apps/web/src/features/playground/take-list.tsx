import { Button } from '../../components/button.tsx';
import { useStore } from '../../use-store.ts';
import { formatLabels } from './formats.ts';
import type { Take } from './take.ts';
import { maxTakes, removeTake, showTake, takesStore } from './takes.ts';

/** The takes before, to go back to; nothing of them outlives the tab. */
export function TakeList() {
  const { takes, shown } = useStore(takesStore);
  if (takes.length < 2) return null;
  return (
    <section aria-labelledby="takes-heading" className="card p-4 sm:p-6">
      <h2 id="takes-heading" className="text-base">
        Takes
      </h2>
      <p className="text-sm text-muted">
        The last {maxTakes}, kept in this tab until it is closed.
      </p>
      <ul className="-mx-2 mt-3">
        {takes.map((take) => (
          <TakeRow key={take.number} take={take} current={take === shown} />
        ))}
      </ul>
    </section>
  );
}

function TakeRow({ take, current }: { take: Take; current: boolean }) {
  const { audioSeconds } = useStore(take.state);
  const text = take.request.text.trim();
  return (
    <li className={`flex items-center rounded-sm ${current ? 'bg-primary-soft' : ''}`}>
      <button
        type="button"
        aria-current={current ? 'true' : undefined}
        onClick={() => showTake(take)}
        className="min-w-0 flex-1 cursor-pointer rounded-sm p-2 text-left"
      >
        <span className="block truncate text-sm font-medium">{text}</span>
        <span className="block text-sm text-muted">
          {take.voiceName} · {formatLabels[take.request.format].name} ·{' '}
          {audioSeconds > 0 ? `${audioSeconds.toFixed(1)} s` : 'no audio'}
        </span>
      </button>
      <Button
        look="quiet"
        size="small"
        aria-label={`Remove take: ${text.slice(0, 40)}`}
        onClick={() => removeTake(take)}
      >
        Remove
      </Button>
    </li>
  );
}
