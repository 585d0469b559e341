import { useState } from 'react';
import { type ChainReport, verifyAuditLog } from '../../api/audit-log.ts';
import { ApiForm } from '../../components/api-form.tsx';
import { Card } from '../../components/card.tsx';
import { CodeBlock } from '../../components/code-block.tsx';
import { Icon } from '../../components/icon.tsx';
import { Note } from '../../components/note.tsx';
import { TextField } from '../../components/text-field.tsx';
import { EventFacts } from './event-row.tsx';

const number = new Intl.NumberFormat('en');

export function VerifyCard() {
  const [report, setReport] = useState<ChainReport>();
  const [comparing, setComparing] = useState(false);
  return (
    <Card
      title="Verify"
      lead="Each event carries a hash over the one before: what is changed or taken out later shows."
    >
      <div className="space-y-5">
        <ApiForm
          submitLabel="Verify the log"
          action={async ({ sequence = '', hash = '' }) => {
            setReport(undefined);
            const noted = { sequence: sequence.trim(), hash: hash.trim() };
            setReport(await verifyAuditLog(comparing ? noted : {}));
          }}
        >
          <details onToggle={(event) => setComparing(event.currentTarget.open)}>
            <summary className="min-h-9 cursor-pointer">
              Hold it against an end noted earlier
            </summary>
            <div className="mt-3 grid gap-5 sm:grid-cols-[8rem_minmax(0,1fr)]">
              <TextField name="sequence" label="Number" inputMode="numeric" autoComplete="off" />
              <TextField
                name="hash"
                label="Hash"
                autoComplete="off"
                spellCheck={false}
                monospaced
              />
            </div>
          </details>
        </ApiForm>
        {report && <Outcome report={report} />}
      </div>
    </Card>
  );
}

function Outcome({ report }: { report: ChainReport }) {
  const { valid, head, first_broken: broken, retired_events: retired } = report;
  const checked = `${number.format(report.checked_events)} events were checked`;
  if (!valid) {
    return (
      <div role="alert" className="space-y-3 rounded-md bg-danger-soft p-4 text-danger">
        <p className="flex gap-3 font-semibold">
          <Icon name="alert" /> The log was tampered with.
        </p>
        {broken && (
          <p>
            Event number {broken.sequence} {tellReason(broken.reason)}. What came before it holds.
          </p>
        )}
        {broken?.event && (
          <div className="text-text">
            <EventFacts event={broken.event} />
          </div>
        )}
      </div>
    );
  }
  return (
    <div className="space-y-3">
      <Note>
        The log is whole: {checked}, none was changed or is missing.
        {retired > 0 && ` ${number.format(retired)} are past their time and gone.`}
      </Note>
      {head && (
        <>
          <p className="text-muted">
            Its end is event number {head.sequence}. Note it elsewhere with its hash: later it
            proves what came before.
          </p>
          <CodeBlock name="hash" text={head.hash} />
        </>
      )}
    </div>
  );
}

function tellReason(reason: string): string {
  switch (reason) {
    case 'changed':
      return 'was changed after it was recorded';
    case 'missing':
      return 'is missing';
    case 'unexpected':
      return 'stands where none should be';
    default:
      return 'is not the one that you noted: the chain was written anew';
  }
}
