import { forgetTeamLoss, teamChoiceStore } from '../../api/team-choice.ts';
import { Button } from '../../components/button.tsx';
import { useStore } from '../../use-store.ts';
import { useTeams } from './use-team.ts';

/** Over every page of somebody who was removed from the team that they had before them. */
export function LostTeamBanner() {
  const { lost } = useStore(teamChoiceStore);
  const { current } = useTeams();
  if (!lost) return null;
  return (
    <aside
      aria-label="Your team"
      className="flex flex-wrap items-center justify-between gap-3 border-b border-border bg-danger-soft px-4 py-3 sm:px-6"
    >
      <p className="min-w-0 break-words text-danger">
        You were taken out of the team that you saw here, or it was deleted.
        {current && ` What you see now is ${current.name}.`}
      </p>
      <Button size="small" onClick={forgetTeamLoss}>
        Close
      </Button>
    </aside>
  );
}
