import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { logOut, type Me } from '../api/account.ts';
import { ActionButton } from '../components/action-button.tsx';
import { Button } from '../components/button.tsx';
import { Icon } from '../components/icon.tsx';
import { changeSession, dropApiKey, useSession } from '../features/identity/session.ts';

/** Who is here, and the way in or out. Keeps its height while the server is asked. */
export function UserCard() {
  const { data: session } = useSession();
  return (
    <div className="min-h-24 border-t border-border pt-4">
      {session?.kind === 'person' && <Person me={session.me} />}
      {session?.kind === 'key' && <KeyHolder />}
      {session?.kind === 'nobody' && <LogInLink />}
    </div>
  );
}

function Person({ me }: { me: Me }) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const leave = async () => {
    await logOut(false);
    await changeSession(queryClient);
    await navigate({ to: '/log-in' });
  };
  return (
    <>
      <p className="truncate text-sm font-medium">{me.name ?? me.email}</p>
      <p className="truncate text-sm text-muted">
        {me.local_operator ? 'At this machine' : me.email}
      </p>
      {me.local_operator ? (
        <LogInLink />
      ) : (
        <ActionButton
          label="Log out"
          look="quiet"
          icon="logOut"
          small
          className="mt-2 -ml-3"
          action={leave}
        />
      )}
    </>
  );
}

function KeyHolder() {
  const queryClient = useQueryClient();
  return (
    <>
      <p className="text-sm font-medium">An API key</p>
      <p className="text-sm text-muted">Kept in this tab</p>
      <Button
        look="quiet"
        size="small"
        className="mt-2 -ml-3"
        onClick={() => void dropApiKey(queryClient)}
      >
        <Icon name="key" size={18} />
        Forget key
      </Button>
    </>
  );
}

function LogInLink() {
  return (
    <Link
      to="/log-in"
      className="mt-2 -ml-3 inline-flex min-h-9 items-center gap-2 rounded-sm px-3 text-sm font-medium text-muted hover:bg-primary-soft hover:text-text"
    >
      <Icon name="person" size={18} />
      Log in
    </Link>
  );
}
