import { announce } from '../../announcements.ts';
import { addSsoDomain, removeSsoDomain, type SsoDomain, verifySsoDomain } from '../../api/sso.ts';
import { ActionButton } from '../../components/action-button.tsx';
import { ApiForm } from '../../components/api-form.tsx';
import { Card } from '../../components/card.tsx';
import { CodeBlock } from '../../components/code-block.tsx';
import { ConfirmButton } from '../../components/dialog-button.tsx';
import { TextField } from '../../components/text-field.tsx';
import { Time } from '../../components/time.tsx';

interface DomainsCardProps {
  teamId: string;
  domains: readonly SsoDomain[];
  onChanged: () => Promise<void>;
}

export function DomainsCard({ teamId, domains, onChanged }: DomainsCardProps) {
  return (
    <Card
      title="Domains"
      lead="Who has an address of one of these comes in through the identity provider. Its DNS proves that it is yours."
    >
      <div className="space-y-5">
        {domains.length > 0 && (
          <ul aria-label="Domains" className="-mt-4 divide-y divide-border border-b border-border">
            {domains.map((domain) => (
              <DomainRow
                key={domain.domain}
                known={domain}
                verify={async () => {
                  await verifySsoDomain(teamId, domain.domain);
                  await onChanged();
                  announce('The domain is proven.');
                }}
                remove={async () => {
                  await removeSsoDomain(teamId, domain.domain);
                  await onChanged();
                  announce('The domain was removed.');
                }}
              />
            ))}
          </ul>
        )}
        <ApiForm
          key={domains.length}
          submitLabel="Add domain"
          action={async ({ domain = '' }) => {
            await addSsoDomain(teamId, domain);
            await onChanged();
            announce('The domain was added. Now prove it by its record.');
          }}
        >
          <TextField
            name="domain"
            label="Domain"
            autoComplete="off"
            spellCheck={false}
            maxLength={253}
            required
            hint="What stands behind the @, such as example.com."
          />
        </ApiForm>
      </div>
    </Card>
  );
}

interface DomainRowProps {
  known: SsoDomain;
  verify: () => Promise<void>;
  remove: () => Promise<void>;
}

function DomainRow({ known, verify, remove }: DomainRowProps) {
  const { domain, verified_at: verifiedAt, record } = known;
  return (
    <li className="space-y-3 py-4">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <div className="min-w-0">
          <p className="font-medium break-words">{domain}</p>
          <p className="text-sm text-muted">
            {verifiedAt === null ? (
              'not proven yet'
            ) : (
              <>
                proven <Time at={verifiedAt} />
              </>
            )}
          </p>
        </div>
        <ConfirmButton
          label="Remove"
          describedBy={`Remove ${domain}`}
          title={`Remove ${domain}?`}
          told="People with an address of this domain log in as everybody does."
          action={remove}
        />
      </div>
      {verifiedAt === null && (
        <>
          <p className="text-sm">
            Add this {record.type} record to the DNS of <strong>{record.name}</strong>, then let it
            be looked for:
          </p>
          <CodeBlock name={`record of ${domain}`} text={record.value} />
          <ActionButton
            label="Look for the record"
            describedBy={`Look for the record of ${domain}`}
            small
            action={verify}
          />
        </>
      )}
    </li>
  );
}
