import { Outlet } from '@tanstack/react-router';
import { useSessionWatch } from '../features/identity/session.ts';
import { Announcer } from './announcer.tsx';
import { useFocusKeeper } from './use-focus-keeper.ts';

/** Around every page, also of who is on the way in. */
export function Root() {
  useSessionWatch();
  useFocusKeeper();
  return (
    <>
      <Outlet />
      <Announcer />
    </>
  );
}
