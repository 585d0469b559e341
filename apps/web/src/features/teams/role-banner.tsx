import { useEffect, useRef, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { withArticle } from './roles.ts';
import { usePermissions } from './use-permissions.ts';

/** Over every page of somebody who was given another role while the page was open. */
export function RoleBanner() {
  const { permissions } = usePermissions();
  const { team_id: teamId = null, role = null } = permissions ?? {};
  const before = useRef({ teamId, role });
  const [told, setTold] = useState<string>();
  useEffect(() => {
    const known = before.current;
    before.current = { teamId, role };
    if (known.teamId !== teamId) setTold(undefined);
    else if (role !== null && known.role !== null && known.role !== role) setTold(role);
  }, [teamId, role]);
  if (told === undefined) return null;
  return (
    <aside
      aria-label="Your role"
      className="flex flex-wrap items-center justify-between gap-3 border-b border-border bg-primary-soft px-4 py-3 sm:px-6"
    >
      <p role="alert" className="min-w-0 text-primary">
        You are {withArticle(told)} of this team now: what you may do in it has changed.
      </p>
      <Button size="small" onClick={() => setTold(undefined)}>
        Close
      </Button>
    </aside>
  );
}
