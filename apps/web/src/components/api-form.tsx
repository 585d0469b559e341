import { Form } from '@base-ui/react/form';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { type Problem, problemOf, tellAtField } from '../api/problem.ts';
import { Button } from './button.tsx';
import { Spinner } from './icon.tsx';
import { ProblemNote } from './problem-note.tsx';

export type FormValues = Readonly<Record<string, string>>;

interface ApiFormProps {
  /** Calls the API. What it throws is told at the field that it names, else above the button. */
  action: (values: FormValues) => Promise<void>;
  submitLabel: string;
  /** What the button does is hard to undo. */
  danger?: boolean;
  /** The form has come in the place of another: one goes on typing. */
  focusFirst?: boolean;
  /** Beside the button: a way back, for one. */
  aside?: ReactNode;
  children?: ReactNode;
}

/** A form whose fields have the names that the API gives them. */
export function ApiForm(props: ApiFormProps) {
  const { action, submitLabel, danger = false, focusFirst = false, aside, children } = props;
  const form = useRef<HTMLFormElement>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const field = problem && findField(form.current, problem);

  useEffect(() => {
    if (focusFirst) form.current?.querySelector('input')?.focus();
  }, [focusFirst]);

  const submit = async (values: FormValues) => {
    if (busy) return;
    setBusy(true);
    // The same problem a second time is another one: it comes anew, and is said again.
    setProblem(undefined);
    try {
      await action(values);
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Form
      ref={form}
      errors={problem && field ? { [field]: tellAtField(problem) } : {}}
      onFormSubmit={submit}
      className="space-y-5"
    >
      {children}
      {problem && !field && <ProblemNote problem={problem} />}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-3">
        <Button type="submit" look={danger ? 'danger' : 'primary'} aria-disabled={busy}>
          {busy && <Spinner size={18} />}
          {submitLabel}
        </Button>
        {aside}
      </div>
    </Form>
  );
}

/** The field at fault; it may hold a list of which one is (`allowed_ips.0`). */
function findField(form: HTMLFormElement | null, { param = '' }: Problem): string | undefined {
  const names = [param, param.split('.')[0] ?? ''];
  return names.find((name) => form?.elements.namedItem(name));
}
