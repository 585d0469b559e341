import { Outlet } from '@tanstack/react-router';
import { DeletionBanner } from '../features/identity/deletion-banner.tsx';
import { SecondFactorBanner } from '../features/identity/second-factor-banner.tsx';
import { LostTeamBanner } from '../features/teams/lost-team-banner.tsx';
import { RoleBanner } from '../features/teams/role-banner.tsx';
import { MenuDrawer } from './menu-drawer.tsx';
import { Sidebar } from './sidebar.tsx';
import { SkipLink } from './skip-link.tsx';

/** What stands around every page: the navigation beside it, or behind a button on a phone. */
export function AppShell() {
  return (
    <div className="flex min-h-dvh flex-col lg:grid lg:grid-cols-[15rem_minmax(0,1fr)]">
      <SkipLink />
      <MenuDrawer />
      <aside
        aria-label="Menu"
        className="sticky top-0 hidden h-dvh border-r border-border bg-surface lg:block"
      >
        <Sidebar />
      </aside>
      <div className="flex min-w-0 flex-1 flex-col">
        <DeletionBanner />
        <SecondFactorBanner />
        <LostTeamBanner />
        <RoleBanner />
        <Outlet />
      </div>
    </div>
  );
}
