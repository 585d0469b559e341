import type { Sso } from '../../api/sso.ts';
import { Card } from '../../components/card.tsx';
import { withArticle } from '../teams/roles.ts';

type StateCardProps = Pick<Sso, 'connection' | 'domains'> & { plan: string };

/** Whether it works, and what follows from it for the people of the team. */
export function StateCard({ plan, connection, domains }: StateCardProps) {
  const missing = tellMissing({ plan, connection, domains });
  if (missing !== undefined || connection === null) {
    return (
      <Card
        title="Single sign-on is off"
        lead={`${missing} Until then everybody logs in as before.`}
      />
    );
  }
  const { default_role: role, required } = connection;
  const proven = domains.filter(({ verified_at: at }) => at !== null).map(({ domain }) => domain);
  return (
    <Card title="Single sign-on is on" lead="What your people see:">
      <ul className="list-disc space-y-2 pl-5">
        <li>
          Who chooses <em>Use single sign-on</em> on the log-in page and has an address of{' '}
          <span className="font-medium break-words">{proven.join(', ')}</span> goes on to your
          provider and comes back logged in.
        </li>
        <li>
          Who was no member becomes one, as {withArticle(role)}. Members keep their role, and who
          was removed is not let in before you invite them again.
        </li>
        <li>
          {required
            ? 'Passwords, passkeys and accounts elsewhere let them in no more. The owner keeps every way in.'
            : 'Passwords, passkeys and accounts elsewhere go on working beside it.'}
        </li>
      </ul>
    </Card>
  );
}

function tellMissing({ plan, connection, domains }: StateCardProps): string | undefined {
  if (plan !== 'enterprise') {
    return `Single sign-on comes with the plan enterprise; your team is on the plan ${plan} now.`;
  }
  const hasDomain = domains.some(({ verified_at: at }) => at !== null);
  if (connection === null) {
    return hasDomain
      ? 'An identity provider is missing.'
      : 'An identity provider and a proven domain are missing.';
  }
  return hasDomain ? undefined : 'A proven domain is missing.';
}
