import type { Problem } from '../api/problem.ts';
import { CopyButton } from './copy-button.tsx';
import { Icon } from './icon.tsx';

/** A failed call in full: what went wrong, and the id to quote to whoever runs the server. */
export function ProblemNote({ problem }: { problem: Problem }) {
  return (
    <div role="alert" className="flex gap-3 rounded-md bg-danger-soft p-4 text-danger">
      <Icon name="alert" />
      <div className="min-w-0 flex-1">
        <p className="font-semibold">{problem.title}</p>
        <p className="mt-1 break-words">{problem.detail}</p>
        {problem.retryAfterSeconds !== undefined && (
          <p className="mt-1">Try again in {problem.retryAfterSeconds} s.</p>
        )}
        {problem.requestId && !isOwnMistake(problem) && <RequestId id={problem.requestId} />}
      </div>
    </div>
  );
}

/** What the person can mend without asking anybody. */
function isOwnMistake({ status }: Problem): boolean {
  return status >= 400 && status < 500;
}

function RequestId({ id }: { id: string }) {
  return (
    <p className="mt-2 flex flex-wrap items-center gap-x-2 text-sm">
      Request <code className="font-mono break-all">{id}</code>
      <CopyButton text={id} label="Copy the request id" />
    </p>
  );
}
