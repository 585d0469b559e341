import { useState } from 'react';
import { type Problem, problemOf } from '../api/problem.ts';
import { Button } from './button.tsx';
import { Icon, type IconName, Spinner } from './icon.tsx';
import { ProblemNote } from './problem-note.tsx';

interface ActionButtonProps {
  label: string;
  /** What it is called among others of the same label. */
  describedBy?: string;
  action: () => Promise<void>;
  look?: 'primary' | 'secondary' | 'danger' | 'quiet';
  icon?: IconName;
  small?: boolean;
  className?: string;
}

/** A button that calls the API, and tells under itself what went wrong. */
export function ActionButton(props: ActionButtonProps) {
  const { label, describedBy, action, look = 'secondary', icon, small = false } = props;
  const { className = '' } = props;
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const run = async () => {
    if (busy) return;
    setBusy(true);
    setProblem(undefined);
    try {
      await action();
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button
        look={look}
        size={small ? 'small' : 'medium'}
        className={className}
        aria-label={describedBy}
        aria-disabled={busy}
        onClick={run}
      >
        {busy ? <Spinner size={18} /> : icon && <Icon name={icon} size={18} />}
        {label}
      </Button>
      {problem && (
        <div className="mt-3 w-full">
          <ProblemNote problem={problem} />
        </div>
      )}
    </>
  );
}
