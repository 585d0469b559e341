import { useQueryClient } from '@tanstack/react-query';
import { restoreAccount } from '../../api/account.ts';
import { ActionButton } from '../../components/action-button.tsx';
import { Time } from '../../components/time.tsx';
import { sessionQuery, useSession } from './session.ts';

/** Over every page of somebody whose account is about to be erased. */
export function DeletionBanner() {
  const { data: session } = useSession();
  const queryClient = useQueryClient();
  const dueAt = session?.kind === 'person' ? session.me.deletion_due_at : undefined;
  if (!dueAt) return null;
  return (
    <aside
      aria-label="Deletion of your account"
      className="flex flex-wrap items-center justify-between gap-3 border-b border-border bg-danger-soft px-4 py-3 sm:px-6"
    >
      <p className="text-danger">
        Your account is erased <Time at={dueAt} />, as you wished.
      </p>
      <ActionButton
        label="Keep it"
        small
        action={async () => {
          await restoreAccount();
          await queryClient.invalidateQueries(sessionQuery);
        }}
      />
    </aside>
  );
}
