import { Outlet } from '@tanstack/react-router';
import { useSessionWatch } from '../features/identity/session.ts';

/** Around every page, also of who is on the way in. */
export function Root() {
  useSessionWatch();
  return <Outlet />;
}
