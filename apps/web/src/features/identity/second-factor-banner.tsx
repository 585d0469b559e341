import { TextLink } from '../../components/text-link.tsx';
import { useSession } from './session.ts';

/** Over every page of somebody whose team asks for a second factor that they have not shown. */
export function SecondFactorBanner() {
  const { data: session } = useSession();
  if (session?.kind !== 'person' || !session.me.team?.lacks_second_factor) return null;
  return (
    <aside
      aria-label="Second factor"
      className="border-b border-border bg-danger-soft px-4 py-3 sm:px-6"
    >
      <p className="text-danger">
        Your team asks for a second factor, and lets you do nothing until you have one. Turn it on
        under <TextLink to="/security">Security</TextLink>, or log in with a passkey.
      </p>
    </aside>
  );
}
