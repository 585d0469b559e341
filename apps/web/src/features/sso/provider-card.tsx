import { useState } from 'react';
import { announce } from '../../announcements.ts';
import { configureSso, removeSso, type SsoConnection, type SsoSettings } from '../../api/sso.ts';
import { ApiForm, type FormValues } from '../../components/api-form.tsx';
import { Card } from '../../components/card.tsx';
import { CheckBox } from '../../components/check-box.tsx';
import { ConfirmButton } from '../../components/dialog-button.tsx';
import { Note } from '../../components/note.tsx';
import { Select } from '../../components/select.tsx';
import { TextField } from '../../components/text-field.tsx';
import { guestRoles } from '../teams/roles.ts';

const protocols = [
  { value: 'oidc', label: 'OpenID Connect' },
  { value: 'saml', label: 'SAML 2.0' },
] as const;

interface ProviderCardProps {
  teamId: string;
  isOwner: boolean;
  connection: SsoConnection | null;
  onSaved: () => Promise<void>;
  onRemoved: () => Promise<void>;
}

export function ProviderCard(props: ProviderCardProps) {
  const { teamId, isOwner, connection, onSaved, onRemoved } = props;
  const [protocol, setProtocol] = useState(connection?.protocol ?? 'oidc');
  const [role, setRole] = useState(connection?.default_role ?? 'developer');
  const [required, setRequired] = useState(connection?.required ?? false);
  const [saved, setSaved] = useState(false);
  return (
    <Card title="Identity provider" lead="Where the people of your team have their account.">
      <div className="space-y-5">
        {saved && <Note>The identity provider is set.</Note>}
        <ApiForm
          submitLabel="Save"
          action={async (values) => {
            setSaved(false);
            const settings = readProvider(protocol, values);
            await configureSso(teamId, { ...settings, default_role: role, required });
            await onSaved();
            setSaved(true);
          }}
          aside={
            connection && (
              <ConfirmButton
                label="Remove"
                describedBy="Remove the identity provider"
                title="Remove the identity provider?"
                told="Nobody logs in through it any more. The domains stay."
                action={async () => {
                  await removeSso(teamId);
                  await onRemoved();
                  announce('The identity provider was removed.');
                }}
              />
            )
          }
        >
          <div className="grid gap-5 sm:grid-cols-2">
            <div>
              <Select
                label="Protocol"
                options={protocols}
                value={protocol}
                onChange={setProtocol}
              />
            </div>
            <div>
              <Select
                label="Who comes in becomes"
                options={guestRoles}
                value={role}
                onChange={setRole}
              />
            </div>
          </div>
          {protocol === 'oidc' ? (
            <OidcFields connection={connection} />
          ) : (
            <SamlFields connection={connection} />
          )}
          <CheckBox
            label="People with an address of the team's domains log in no other way"
            checked={required}
            onChange={setRequired}
          />
          {connection && !isOwner && (
            <p className="text-sm text-muted">
              Where somebody other than the owner names another provider, the domains must be proven
              anew.
            </p>
          )}
        </ApiForm>
      </div>
    </Card>
  );
}

interface FieldsProps {
  connection: SsoConnection | null;
}

const typed = { autoComplete: 'off', spellCheck: false };

function OidcFields({ connection }: FieldsProps) {
  return (
    <>
      <TextField
        name="issuer"
        label="Issuer"
        type="url"
        {...typed}
        defaultValue={connection?.issuer ?? ''}
        required
        hint="Such as https://login.example.com"
      />
      <div className="grid gap-5 sm:grid-cols-2">
        <TextField
          name="client_id"
          label="Client id"
          {...typed}
          defaultValue={connection?.client_id ?? ''}
          required
        />
        <TextField
          name="client_secret"
          label="Client secret"
          type="password"
          {...typed}
          hint={connection?.client_id ? 'Left empty, it stays as it is.' : ''}
        />
      </div>
    </>
  );
}

function SamlFields({ connection }: FieldsProps) {
  return (
    <>
      <TextField
        name="entity_id"
        label="Entity id"
        {...typed}
        defaultValue={connection?.entity_id ?? ''}
        required
        hint="The issuer of its assertions."
      />
      <TextField
        name="sign_in_url"
        label="Log-in address"
        type="url"
        {...typed}
        defaultValue={connection?.sign_in_url ?? ''}
        required
        hint="Where it takes requests (HTTP-Redirect)."
      />
      <TextField
        name="certificates"
        label="Certificates"
        rows={6}
        monospaced
        {...typed}
        defaultValue={connection?.certificates?.map(({ pem }) => pem).join('\n') ?? ''}
        required
        hint="In PEM, one after the other: several while the provider changes them."
      />
    </>
  );
}

function readProvider(protocol: 'oidc' | 'saml', values: FormValues): SsoSettings {
  if (protocol === 'saml') {
    const { entity_id, sign_in_url, certificates = '' } = values;
    return { protocol, entity_id, sign_in_url, certificates: splitCertificates(certificates) };
  }
  const { issuer, client_id, client_secret } = values;
  return { protocol, issuer, client_id, ...(client_secret ? { client_secret } : {}) };
}

/** Each from its first line on; a single one may also come without these lines. */
function splitCertificates(text: string): string[] {
  return text
    .split(/(?=-----BEGIN)/)
    .map((part) => part.trim())
    .filter(Boolean);
}
