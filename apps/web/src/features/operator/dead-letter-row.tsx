import { useState } from 'react';
import { type DeadLetter, type OpenedDeadLetter, openDeadLetter } from '../../api/dead-letters.ts';
import { ActionButton } from '../../components/action-button.tsx';
import { Button } from '../../components/button.tsx';
import { ConfirmButton } from '../../components/dialog-button.tsx';
import { Time } from '../../components/time.tsx';

interface DeadLetterRowProps {
  letter: DeadLetter;
  replay: () => Promise<void>;
  purge: () => Promise<void>;
}

export function DeadLetterRow({ letter, replay, purge }: DeadLetterRowProps) {
  const [opened, setOpened] = useState<OpenedDeadLetter>();
  const { id, tier, voice, characters, attempts, reason, died_at: diedAt } = letter;
  const facts = [
    letter.team_id === null ? 'preview of a voice' : (letter.team_name ?? letter.team_id),
    tier,
    voice,
    characters !== null && `${characters.toLocaleString('en')} characters`,
    `${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`,
  ].filter(Boolean);
  return (
    <li className="space-y-3 py-4">
      <div>
        <p className="font-medium break-words">{reason}</p>
        <p className="text-sm break-words text-muted">
          {facts.join(' · ')} · given up <Time at={diedAt} />
        </p>
      </div>
      <div className="flex flex-wrap gap-2">
        {opened ? (
          <Button size="small" aria-label={`Close ${id}`} onClick={() => setOpened(undefined)}>
            Close
          </Button>
        ) : (
          <ActionButton
            label="Open"
            describedBy={`Open ${id}`}
            small
            action={async () => setOpened(await openDeadLetter(id))}
          />
        )}
        <ActionButton label="Replay" describedBy={`Replay ${id}`} small action={replay} />
        <ConfirmButton
          label="Delete"
          describedBy={`Delete ${id}`}
          title="Delete this dead letter?"
          told="It goes for good, with the text that it holds."
          action={purge}
        />
      </div>
      {opened && <Opened letter={opened} />}
    </li>
  );
}

function Opened({
  letter: { team_id: team, failures, payload, queued_at: queuedAt },
}: {
  letter: OpenedDeadLetter;
}) {
  return (
    <div className="space-y-3 rounded-md bg-sunken p-4 text-sm">
      <ol aria-label="Attempts" className="space-y-1">
        {failures.map(({ cause, reason, failed_at: at }) => (
          <li key={at} className="break-words">
            <Time at={at} /> · <code className="font-mono">{cause}</code> · {reason}
          </li>
        ))}
      </ol>
      {team !== null && (
        <p className="text-muted">
          Team <code className="font-mono break-all">{team}</code>
        </p>
      )}
      <p className="text-muted">
        Asked for <Time at={queuedAt} />:
      </p>
      <pre className="font-mono text-[13px] break-all whitespace-pre-wrap">
        {JSON.stringify(payload, null, 2)}
      </pre>
    </div>
  );
}
