import { useSession } from './session.ts';

/** Only the operator's own browser can open the mailbox. */
export function MailboxHint() {
  const { data: session } = useSession();
  if (session?.kind !== 'person' || !session.me.local_operator) return null;
  return (
    <p className="mt-4 text-muted">
      On this machine, mail that no mail server took waits in{' '}
      <a
        href="/mailbox"
        target="_blank"
        className="font-medium text-primary underline"
        rel="noopener"
      >
        the mailbox
      </a>
      .
    </p>
  );
}
