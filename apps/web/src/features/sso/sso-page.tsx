import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { fetchSso, type Sso } from '../../api/sso.ts';
import type { Team } from '../../api/teams.ts';
import { Card } from '../../components/card.tsx';
import { CodeBlock } from '../../components/code-block.tsx';
import { QueryState } from '../../components/query-state.tsx';
import { Page } from '../../shell/page.tsx';
import { useTeams } from '../teams/use-team.ts';
import { DomainsCard } from './domains-card.tsx';
import { ProviderCard } from './provider-card.tsx';
import { StateCard } from './state-card.tsx';

export function SsoPage() {
  const { current } = useTeams();
  return (
    <Page
      title="Single sign-on"
      lead="Let the people of your team log in through your own identity provider."
      narrow
    >
      {current && <SsoCards key={current.id} team={current} />}
    </Page>
  );
}

function SsoCards({ team }: { team: Team }) {
  const { id, plan, role } = team;
  const queryClient = useQueryClient();
  const queryKey = ['teams', id, 'sso'];
  const sso = useQuery({ queryKey, queryFn: ({ signal }) => fetchSso(id, signal) });
  /** The form of a provider that was removed begins anew. */
  const [removals, setRemovals] = useState(0);
  const refresh = () => queryClient.invalidateQueries({ queryKey });
  return (
    <QueryState query={sso} what="how your team logs in">
      {({ connection, domains, service_provider: provider }) =>
        plan !== 'enterprise' && connection === null ? (
          <p className="card p-6">
            Single sign-on comes with the plan enterprise; your team is on the plan {plan}.
          </p>
        ) : (
          <div className="space-y-4 sm:space-y-6">
            <StateCard plan={plan} connection={connection} domains={domains} />
            <ServiceProviderCard provider={provider} />
            <ProviderCard
              key={removals}
              teamId={id}
              isOwner={role === 'owner'}
              connection={connection}
              onSaved={refresh}
              onRemoved={async () => {
                await refresh();
                setRemovals((count) => count + 1);
              }}
            />
            <DomainsCard teamId={id} domains={domains} onChanged={refresh} />
          </div>
        )
      }
    </QueryState>
  );
}

/** What the people who run the identity provider ask for first. */
function ServiceProviderCard({ provider }: { provider: Sso['service_provider'] }) {
  const facts = [
    ['OpenID Connect: redirect address', provider.oidc_redirect_uri],
    ['SAML: entity id and metadata', provider.saml_entity_id],
    ['SAML: where assertions go (ACS)', provider.saml_acs_url],
  ] as const;
  return (
    <Card title="Tell your identity provider">
      <dl className="space-y-4">
        {facts.map(([name, text]) => (
          <div key={name}>
            <dt className="text-sm font-medium">{name}</dt>
            <dd className="mt-2">
              <CodeBlock name={name} text={text} />
            </dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
