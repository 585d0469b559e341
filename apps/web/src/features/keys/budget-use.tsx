import { useQuery } from '@tanstack/react-query';
import { type Budget, fetchBudget } from '../../api/keys.ts';
import { Time } from '../../components/time.tsx';

const number = new Intl.NumberFormat('en');

/** What of this month's budget is used. */
export function BudgetUse({ keyId }: { keyId: string }) {
  const { data } = useQuery({
    queryKey: ['keys', keyId, 'budget'],
    queryFn: ({ signal }) => fetchBudget(keyId, signal),
  });
  if (!data) return null;
  return (
    <div className="mt-3 max-w-md space-y-2 text-sm">
      <UseBar what="characters" {...data.characters} />
      <UseBar what="requests for speech" {...data.generations} />
      <p className="text-muted">
        The month ends <Time at={data.resets_at} />.
      </p>
    </div>
  );
}

function UseBar({ what, used, limit }: { what: string } & Budget['characters']) {
  if (limit === null) return null;
  const told = `${number.format(used)} of ${number.format(limit)} ${what} this month`;
  return (
    <div>
      <p>{told}</p>
      <progress
        aria-label={told}
        className="mt-1 h-1.5 w-full accent-primary"
        max={Math.max(limit, 1)}
        value={limit === 0 ? 1 : used}
      />
    </div>
  );
}
