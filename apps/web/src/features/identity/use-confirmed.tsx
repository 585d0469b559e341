import { type ReactNode, useState } from 'react';
import { ApiError } from '../../api/problem.ts';
import { ConfirmForm } from './confirm-form.tsx';

type Action = () => Promise<void>;

/**
 * Runs what the server lets only those do who have shown just now that it is them: where it asks for
 * that, `form` does so, and the action follows.
 */
export function useConfirmed(): { run: (action: Action) => Promise<void>; form: ReactNode } {
  const [waiting, setWaiting] = useState<{ action: Action }>();
  const run = async (action: Action) => {
    try {
      await action();
      setWaiting(undefined);
    } catch (error) {
      if (!isConfirmationAsked(error)) throw error;
      setWaiting({ action });
    }
  };
  const form = waiting && (
    <ConfirmForm
      onConfirmed={async () => {
        await waiting.action();
        setWaiting(undefined);
      }}
      onCancel={() => setWaiting(undefined)}
    />
  );
  return { run, form };
}

function isConfirmationAsked(error: unknown): boolean {
  return error instanceof ApiError && error.problem.code === 'confirmation_required';
}
