import { Link } from '@tanstack/react-router';
import { ColorSchemeToggle } from '../components/color-scheme-toggle.tsx';
import { Icon } from '../components/icon.tsx';
import { useSession } from '../features/identity/session.ts';
import { usePermissions } from '../features/teams/use-permissions.ts';
import { HomeLink } from './home-link.tsx';
import { destinations } from './navigation.ts';
import { TeamSwitcher } from './team-switcher.tsx';
import { UserCard } from './user-card.tsx';

const entry =
  'flex min-h-11 items-center gap-3 rounded-sm px-3 text-[15px] font-medium text-muted hover:bg-primary-soft hover:text-text aria-[current=page]:bg-primary-soft aria-[current=page]:text-primary';

/** Where one can go, and who is here. Stands beside the page, or in the drawer of a phone. */
export function Sidebar() {
  const { data: session } = useSession();
  const { may, permissions } = usePermissions();
  const shown = destinations.filter(
    ({ forPerson, action, forOperator }) =>
      (!forPerson || session?.kind === 'person') &&
      (!action || may(action)) &&
      (!forOperator || permissions?.operator),
  );
  return (
    <div className="flex h-full flex-col gap-6 overflow-y-auto p-4">
      <div className="flex min-h-9 items-center">
        <HomeLink />
      </div>
      {session?.kind === 'person' && !session.me.local_operator && <TeamSwitcher me={session.me} />}
      <nav aria-label="Main">
        <ul className="space-y-1">
          {shown.map(({ to, label, icon }) => (
            <li key={label}>
              <Link to={to} className={entry}>
                <Icon name={icon} />
                {label}
              </Link>
            </li>
          ))}
          <li>
            <a href="/docs/api" className={entry}>
              <Icon name="book" />
              API reference
            </a>
          </li>
        </ul>
      </nav>
      <div className="mt-auto flex flex-col gap-4">
        <ColorSchemeToggle />
        <UserCard />
      </div>
    </div>
  );
}
