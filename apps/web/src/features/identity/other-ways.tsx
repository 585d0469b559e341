import { useQueryClient } from '@tanstack/react-query';
import { canUsePasskeys, logInWithPasskey } from '../../api/passkeys.ts';
import { beginLogIn } from '../../api/providers.ts';
import { ActionButton } from '../../components/action-button.tsx';
import { Button } from '../../components/button.tsx';
import { changeSession } from './session.ts';
import { useProviders } from './use-providers.ts';

interface OtherWaysProps {
  next: string;
  onSingleSignOn: () => void;
}

/** The ways in beside the password: what this browser can do, and what the server is set up for. */
export function OtherWays({ next, onSingleSignOn }: OtherWaysProps) {
  const providers = useProviders();
  const queryClient = useQueryClient();
  return (
    <div className="mt-6 space-y-3">
      <p className="flex items-center gap-3 text-sm text-muted before:h-px before:flex-1 before:bg-border after:h-px after:flex-1 after:bg-border">
        or
      </p>
      {canUsePasskeys() && (
        <ActionButton
          label="Use a passkey"
          className="w-full"
          action={async () => {
            await logInWithPasskey();
            await changeSession(queryClient);
          }}
        />
      )}
      {providers.map(({ id, name }) => (
        <ActionButton
          key={id}
          label={`Continue with ${name}`}
          className="w-full"
          action={async () => location.assign(await beginLogIn(id, next))}
        />
      ))}
      <Button className="w-full" onClick={onSingleSignOn}>
        Use single sign-on
      </Button>
    </div>
  );
}
